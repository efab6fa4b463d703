using Octet.Benchmarks.Networks;
using Octet.Tensors;

namespace Octet.ConformanceTests;

/// <summary>The generated networks, with random weights: what their plan calls integer is integer in ONNX Runtime.</summary>
public sealed class JudgedNetworksTests
{
    public static TheoryData<string> Networks => [.. GeneratedNetworks.All.Select(network => network.Name)];

    [Theory, MemberData(nameof(Networks))]
    public void The_export_of_a_generated_network_holds(string name)
    {
        using var folder = new TemporaryFolder();
        var path = folder.PathOf("network.onnx");
        GeneratedNetworks.All.Single(network => network.Name == name).Write(path);
        var model = Quantizer.Load(path);
        var input = model.Graph.Inputs.Single();
        var random = new Random(20261130);
        var tensor = new Tensor(DataType.Float32, input.Shape!.Fill((_, dimension) => dimension.Extent ?? 1));
        foreach (ref var number in tensor.Floats) number = random.NextSingle() * 2 - 1;
        var samples = new MadeSamples(new Dictionary<string, Tensor> { [input.Name] = tensor });

        var judged = ExportJudge.Judge(Quantizer.Quantize(model, samples), samples);

        TestContext.Current.SendDiagnosticMessage($"{name}: {string.Join("; ", judged.Outputs)}; {judged.Layers.Integers.Count} "
            + $"of {judged.Layers.Integers.Count + judged.Layers.Floats.Count} layers in integers");
        judged.Problems().ShouldBeEmpty();
    }
}
