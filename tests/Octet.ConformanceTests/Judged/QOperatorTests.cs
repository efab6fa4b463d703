using Octet.Data;
using Octet.Exporting;
using Octet.Graphs;
using Octet.Onnx;
using Octet.Pipeline;
using Octet.Running;
using Octet.Tensors;

namespace Octet.ConformanceTests;

/// <summary>
/// What is written in the QOperator form is what the QDQ form says: ONNX Runtime loads it, and it gives the same bits in Octet, in ONNX
/// Runtime, and back in the QDQ form.
/// </summary>
public sealed class QOperatorTests
{
    public static TheoryData<string> Models => [.. ModelZoo.All.Select(model => model.Name)];

    [Theory, MemberData(nameof(Models))]
    public void Every_model_runs_alike_in_both_forms(string name)
    {
        var zoo = ModelZoo.Get(name);
        var model = Quantizer.Load(zoo.Model(), zoo.Preprocessing);
        var samples = Quantizer.OpenSamples(model, zoo.Pictures());
        var export = Quantizer.Quantize(model, samples.Take(4), new() { Recipe = Recipes.Fast }).Export();

        var converted = Check(export, samples.Load(5).Inputs, samples.Load(6).Inputs);

        TestContext.Current.SendDiagnosticMessage(
            $"{name}: {string.Join("; ", converted.Left.CountBy(node => (node.OpType, node.Reason)).Select(kind => $"{kind}"))}");
        converted.Left.ShouldAllBe(node => !node.Reason.StartsWith("has operands", StringComparison.Ordinal));
    }

    public static TheoryData<string> Kinds => [.. SmallIntegerModels.All.Select(model => model.Name)];

    [Theory, MemberData(nameof(Kinds))]
    public void So_does_a_small_model_of_every_kind(string name)
    {
        var small = SmallIntegerModels.All.Single(model => model.Name == name);
        var model = new Model { Graph = small.Build() };

        var converted = Check(model, SmallIntegerModel.Inputs(model.Graph, 1), SmallIntegerModel.Inputs(model.Graph, 2));

        converted.Model.Graph.Nodes.Select(node => node.OpType).ShouldContain(small.Expected);
        converted.Left.ShouldBeEmpty();
    }

    /// <summary>Both forms in both executors, and the form that comes of going there and back.</summary>
    static ConvertedModel Check(Model qdq, params IReadOnlyDictionary<string, Tensor>[] samples)
    {
        using var folder = new TemporaryFolder();
        var converted = QOperatorExport.Convert(qdq);
        var paths = new[] { "qdq", "qoperator", "back" }.Select(folder.PathOf).ToArray();
        OnnxWriter.Write(qdq, paths[0]);
        OnnxWriter.Write(converted.Model, paths[1]);
        var back = QdqConversion.Convert(OnnxReader.Read(paths[1]));
        OnnxWriter.Write(back.Model, paths[2]);
        back.Left.ShouldBeEmpty();
        back.Model.Graph.Nodes.ShouldAllBe(node => node.Domain == "");

        var own = paths.Select(path => new Session(OnnxReader.Read(path).Graph)).ToArray();
        var theirs = paths.Select(path => OnnxRuntime.Load(path)).ToArray();
        foreach (var inputs in samples)
        {
            var (ours, judged) = (own.Select(session => session.Run(inputs)).ToArray(), theirs.Select(run => run.Run(inputs)).ToArray());
            for (var i = 1; i < paths.Length; i++)
            {
                foreach (var (output, tensor) in ours[0])
                    ours[i][output].Bytes.SequenceEqual(tensor.Bytes).ShouldBeTrue($"Octet, {paths[i]} {output}");
                foreach (var (output, tensor) in judged[0])
                    OutputSums.Differing(tensor, judged[i][output]).ShouldBe(0, $"ONNX Runtime, {paths[i]} {output}");
            }
        }
        foreach (var run in theirs) run.Dispose();
        return converted;
    }
}
