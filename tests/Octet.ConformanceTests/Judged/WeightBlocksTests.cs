using Octet.Evaluation;
using Octet.Graphs;
using Octet.Onnx;
using Octet.Pipeline;
using Octet.Running;
using Octet.Tensors;

namespace Octet.ConformanceTests;

/// <summary>What recipes for weights alone write: ONNX Runtime takes it, and gives what Octet gives.</summary>
public sealed class WeightBlocksTests
{
    static Tensor Random(int seed, params int[] extents) => new SampleMaker(new Random(seed)).Noise(-1, 1, extents);

    [Theory, InlineData("weights-4bit"), InlineData("weights-4bit-qdq"), InlineData("weights-8bit")]
    public void ONNX_Runtime_computes_what_Octet_computes(string recipe)
    {
        var graph = new Graph { Name = "layers", Opsets = { [""] = 13 } };
        var x = graph.AddInput("x", DataType.Float32, new(5, 72));
        var hidden = graph.Add("MatMul", [x, graph.AddConstant("w", Random(1, 72, 48))], "hidden");
        graph.AddOutput(graph.Add("Gemm", [hidden, graph.AddConstant("v", Random(2, 40, 48)), graph.AddConstant("b", Random(3, 40))], "y",
            new() { ["transB"] = 1L }));
        ShapeInference.Annotate(graph);
        var model = Quantizer.Quantize(
            Quantizer.Prepare(new() { Graph = graph }), new QuantizerOptions { Recipe = Recipes.Find(recipe)! }).Export();
        var sample = new Dictionary<string, Tensor> { ["x"] = Random(4, 5, 72) };

        using var folder = new TemporaryFolder();
        var path = folder.PathOf("layers.onnx");
        OnnxWriter.Write(model, path);
        using var runtime = OnnxRuntime.LoadAsItStands(path);
        using var fused = OnnxRuntime.Load(path);
        var actual = new Session(OnnxReader.Read(path).Graph).Run(sample)["y"];

        SignalComparison.Of(runtime.Run(sample)["y"].Floats, actual.Floats).SqnrDb.ShouldBeGreaterThan(100);
        // Where ONNX Runtime joins a DequantizeLinear and a product to MatMulNBits, it rounds what is multiplied to 8 bits.
        SignalComparison.Of(fused.Run(sample)["y"].Floats, actual.Floats).SqnrDb
            .ShouldBeGreaterThan(recipe == "weights-4bit" ? 100 : 40);
    }

    [Fact]
    public void MiniLM_keeps_its_embeddings_with_4_bits()
    {
        var network = PackagedNetworks.All.Single(network => network.Name.StartsWith("MiniLM", StringComparison.Ordinal));
        var path = PackageReach.OrSkip(network.Require);
        using var folder = new TemporaryFolder();
        var export = folder.PathOf("minilm.4bit.onnx");
        var model = network.Load(path);
        var samples = new MadeSamples(RandomSentences.Make(96, seed: 8));
        Quantizer.Quantize(model, samples, new() { Recipe = Recipes.Weights4Bit }).Save(export);

        var (ofRuntime, ofOctet) = RandomSentences.MeanCosines(path, export);

        TestContext.Current.SendDiagnosticMessage($"MiniLM 4-bit weights: mean cosine {ofRuntime:F5} in ONNX Runtime, {ofOctet:F5} in "
            + $"Octet; {new FileInfo(path).Length >> 10} kB, {new FileInfo(export).Length >> 10} kB");

        // 0.9918 was measured.
        Math.Min(ofRuntime, ofOctet).ShouldBeGreaterThan(0.99);
    }
}
