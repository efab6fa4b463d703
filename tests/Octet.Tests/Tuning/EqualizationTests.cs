using Octet.Data;
using Octet.Graphs;
using Octet.Planning;
using Octet.Running;
using Octet.Tensors;
using Octet.Tuning;

namespace Octet.Tests.Tuning;

public sealed class EqualizationTests
{
    static readonly Session Float = new(Signs().Graph);

    static string Path(params string[] parts) => System.IO.Path.Combine([SharedFolder.Repository, "samples", "signs", .. parts]);

    static Model Signs() => Quantizer.Load(
        Path("signs-mobilenetv2.onnx"), new() { Mean = [123.675f, 116.28f, 103.53f], Scale = [0.017125f, 0.017507f, 0.017429f] });

    static ISampleSource Samples(Model model) => Quantizer.Samples(model, Path("calibration"));

    [Fact]
    public void Equalizing_keeps_the_outputs()
    {
        var model = Signs();
        var samples = Samples(model);

        Equalization.Apply(model.Graph, samples).ShouldBeGreaterThan(10);

        var equalized = new Session(model.Graph);
        for (var i = 0; i < 8; i++)
        {
            var sample = samples.Load(i).Inputs;
            equalized.Run(sample)["logits"].Floats.ToArray().ShouldBe(Float.Run(sample)["logits"].Floats.ToArray(), 1e-3);
        }
    }

    [Fact]
    public void Channels_that_were_made_unequal_cost_Simple_its_accuracy_and_are_made_equal_again()
    {
        var model = Signs();
        var samples = Samples(model).Take(20);
        Equalization.Rescale(model.Graph, samples, (_, _, channel) => channel % 3 == 0 ? 64 : 1, sweeps: 1, new()).ShouldBeGreaterThan(10);
        var hard = new Session(model.Graph);
        for (var i = 0; i < 20; i++) hard.Run(samples.Load(i).Inputs)["logits"].Floats.ToArray().ShouldBe(Float.Run(samples.Load(i).Inputs)["logits"].Floats.ToArray(), 1e-3);

        var simple = Agreement(model, samples, "ti-simple");
        var best = Agreement(model, samples, "pow2-best");

        simple.ShouldBeLessThan(0.7);
        best.ShouldBeGreaterThan(0.94);
    }

    [Fact]
    public void A_channel_that_reaches_the_bound_of_its_activation_stays_as_it_is()
    {
        var graph = new Graph { Name = "pair", Opsets = { [""] = 13 } };
        var x = graph.AddInput("x", DataType.Float32, new SymbolicShape(1, 1, 1, 1));
        var weights = new[] { 1f, 1f };
        var first = graph.Add("Conv", [x, graph.AddConstant("w1", Tensor.Of([2, 1, 1, 1], weights)), graph.AddConstant("b1", Tensor.Of([2], 0f, 7f))], "first");
        var limits = new[] { graph.AddConstant("zero", Tensor.Scalar(0f)), graph.AddConstant("six", Tensor.Scalar(6f)) };
        var bounded = graph.Add("Clip", [first, .. limits], "bounded");
        graph.AddOutput(graph.Add("Conv", [bounded, graph.AddConstant("w2", Tensor.Of([1, 2, 1, 1], 16f, 16f))], "second"));
        Quantizer.Prepare(new() { Graph = graph });
        var samples = new OneSample(Tensor.Of([1, 1, 1, 1], 1f));

        Equalization.Apply(graph, samples).ShouldBe(1);

        // The first channel has 1 and 16: it becomes 4 and 4, and its value 4, below the bound. The second is at the bound already.
        graph.FindValue("w1")!.Constant!.Floats.ToArray().ShouldBe([4f, 1f], 1e-5);
        graph.FindValue("w2")!.Constant!.Floats.ToArray().ShouldBe([4f, 16f], 1e-5);
        graph.FindValue("b1")!.Constant!.Floats.ToArray().ShouldBe([0f, 7f]);
    }

    [Fact]
    public void A_scale_is_halved_where_the_greatest_weight_is_alone()
    {
        // A range of 128 has steps of 1: 0.3 becomes 0, 999 times, and an error of 90. Half of it saturates the greatest, by 64.5: an error of 4160.
        // Half a step is right for 50,000 weights, which else have an error of 0.5 each; the greatest, 66, then becomes 63.5.
        var weights = Tensor.Of([1000], [128f, .. Enumerable.Repeat(0.3f, 999)]);
        var outlier = Tensor.Of([50_001], [66f, .. Enumerable.Repeat(0.5f, 50_000)]);

        Pact2Weights.Search(weights, Pact2Weights.Parameters(weights, 8, powerOfTwo: true)).Scale.ShouldBe(1);
        Pact2Weights.Search(outlier, Pact2Weights.Parameters(outlier, 8, powerOfTwo: true)).Scale.ShouldBe(0.5f);
    }

    /// <summary>The share of samples for which the quantized model gives the class of the float one.</summary>
    static double Agreement(Model model, ISampleSource samples, string recipe)
    {
        var named = Recipes.Named(recipe)!;
        var quantized = Quantizer.Quantize(model, samples, new() { Recipe = named with { Pact2 = named.Pact2! with { Iterations = 5, Frames = 20 } } });
        var session = new Session(quantized.Model.Simulate());
        return Enumerable.Range(0, samples.Count).Average(index => Class(session, index) == Class(Float, index) ? 1.0 : 0.0);

        int Class(Session runner, int index) => runner.Run(samples.Load(index).Inputs)["logits"].Floats.ToArray().Index().MaxBy(score => score.Item).Index;
    }

    sealed class OneSample(Tensor x) : ISampleSource
    {
        public int Count => 1;

        public string NameOf(int index) => "one";

        public Sample Load(int index) => new("one", new Dictionary<string, Tensor> { ["x"] = x });
    }
}
