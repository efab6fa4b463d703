using Octet.Graphs;
using Octet.Onnx;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Tests.Onnx;

public sealed class ExternalDataFileTests : IDisposable
{
    static readonly OnnxWriteOptions Beside = new() { ExternalDataThreshold = 0 };

    readonly TemporaryFolder _folder = new();

    string ModelPath => _folder.PathOf("m.onnx");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void New_weights_never_go_into_the_file_that_the_old_model_uses()
    {
        OnnxWriter.Write(ModelWith(1), ModelPath, Beside);
        Files().ShouldBe(["m.onnx", "m.onnx.data"]);
        OnnxWriter.Write(ModelWith(2), ModelPath, Beside);
        Files().ShouldBe(["m.onnx", "m.onnx.1.data"]);
        ValueIn(ModelPath).ShouldBe(2);
        OnnxWriter.Write(ModelWith(3), ModelPath, Beside);
        Files().ShouldBe(["m.onnx", "m.onnx.data"]);
        ValueIn(ModelPath).ShouldBe(3);
        OnnxWriter.Write(ModelWith(4), ModelPath);
        Files().ShouldBe(["m.onnx"]);
        ValueIn(ModelPath).ShouldBe(4);
    }

    [Fact]
    public void A_run_that_ends_between_weights_and_model_leaves_the_old_model_whole_and_the_next_run_cleans_up()
    {
        OnnxWriter.Write(ModelWith(1), ModelPath, Beside);
        _folder.Write("m.onnx.1.data", [1, 2, 3]); // of a run that was killed before its model took its name

        ValueIn(ModelPath).ShouldBe(1);
        OnnxWriter.Write(ModelWith(2), ModelPath, Beside);
        Files().ShouldBe(["m.onnx", "m.onnx.1.data"]);
        ValueIn(ModelPath).ShouldBe(2);
    }

    [Fact]
    public void What_fails_while_weights_are_written_changes_nothing()
    {
        OnnxWriter.Write(ModelWith(1), ModelPath, Beside);

        Should.Throw<InvalidOperationException>(() => ExternalDataFile.ReplaceWithWeights(ModelPath, path =>
        {
            AtomicFile.Write(path, stream => stream.Write([1, 2, 3]));
            throw new InvalidOperationException("in the middle");
        }));

        ValueIn(ModelPath).ShouldBe(1);
        Files().ShouldBe(["m.onnx", "m.onnx.data"]);
    }

    [Fact]
    public void Many_writers_of_one_model_leave_one_whole_model()
    {
        Parallel.For(0, 24, new() { MaxDegreeOfParallelism = 8 }, number => OnnxWriter.Write(ModelWith(number), ModelPath, Beside));

        ValueIn(ModelPath).ShouldBeInRange(0, 23);
        Files().Count().ShouldBe(2);
    }

    static Model ModelWith(float value)
    {
        var graph = new Graph { Name = "weights", Opsets = { [""] = 13 } };
        var weights = new Tensor(DataType.Float32, [1000]);
        weights.Floats.Fill(value);
        var output = graph.Add("Mystery", [graph.AddConstant("w", weights)], "y");
        output.IsDeclared = true;
        graph.AddOutput(output);
        return new() { Graph = graph };
    }

    /// <summary>What all weights are; they have to be equal.</summary>
    static float ValueIn(string path)
    {
        var weights = OnnxReader.Read(path).Graph.Constants.Single().Constant!.Floats.ToArray();
        weights.ShouldAllBe(value => value == weights[0]);
        return weights[0];
    }

    IEnumerable<string?> Files() => Directory.EnumerateFiles(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal);
}
