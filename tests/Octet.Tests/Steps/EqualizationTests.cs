using Octet.Data;
using Octet.Graphs;
using Octet.Planning;
using Octet.Running;
using Octet.Steps;
using Octet.Tensors;

namespace Octet.Tests.Steps;

public sealed class EqualizationTests
{
    static readonly Session Float = new(Signs.Load().Graph);

    static ISampleSource Samples(Model model) => Quantizer.OpenSamples(model, Signs.Calibration);

    [Fact]
    public void Equalizing_keeps_the_outputs()
    {
        var model = Signs.Load();
        var samples = Samples(model);

        Equalization.Apply(model.Graph, HardCase.MaximaOf(model.Graph, samples)).ShouldBeGreaterThan(10);

        var equalized = new Session(model.Graph);
        for (var i = 0; i < 8; i++)
        {
            var sample = samples.Load(i).Inputs;
            equalized.Run(sample)["logits"].Floats.ToArray().ShouldBe(Float.Run(sample)["logits"].Floats.ToArray(), 1e-3);
        }
    }

    [Fact]
    public void A_channel_that_reaches_the_bound_of_its_activation_stays_as_it_is()
    {
        var graph = Images(out var x);
        var first = Convolve(graph, x, "1", [2, 1, 1, 1], [1f, 16f], 0f, 7f);
        var limits = new[] { graph.AddConstant("zero", Tensor.Scalar(0f)), graph.AddConstant("six", Tensor.Scalar(6f)) };
        graph.AddOutput(Convolve(graph, graph.Add("Clip", [first, .. limits], "bounded"), "2", [1, 2, 1, 1], [16f, 16f]));
        Quantizer.Prepare(new() { Graph = graph });

        Equalization.Apply(graph, HardCase.MaximaOf(graph, MadeSamples.Of("x", Tensor.Of([1, 1, 1, 1], 1f)))).ShouldBe(1);

        // The first channel has a sixteenth of the range where it is made, and all of it where it is read: it becomes a fourth of both, and
        // its value 4, below the bound. The second, 16 + 7, is beyond the bound.
        graph.FindValue("w1")!.Constant!.Floats.ToArray().ShouldBe([4f, 16f], 1e-5);
        graph.FindValue("w2")!.Constant!.Floats.ToArray().ShouldBe([4f, 16f], 1e-5);
        graph.FindValue("b1")!.Constant!.Floats.ToArray().ShouldBe([0f, 7f]);
    }

    [Fact]
    public void A_bias_does_not_outgrow_the_greatest_of_its_layer()
    {
        var graph = Images(out var x);
        var first = Convolve(graph, x, "1", [2, 1, 1, 1], [1e-12f, 1f], -3f, 6f);
        graph.AddOutput(Convolve(graph, graph.Add("Relu", [first], "positive"), "2", [1, 2, 1, 1], [1f, 1f]));
        Quantizer.Prepare(new() { Graph = graph });

        Equalization.Apply(graph, HardCase.MaximaOf(graph, MadeSamples.Of("x", Tensor.Of([1, 1, 1, 1], 1f)))).ShouldBe(1);

        graph.FindValue("b1")!.Constant!.Floats.ToArray().ShouldBe([-6f, 6f], 1e-4);
    }

    [Fact]
    public void All_that_make_and_read_a_residual_stream_share_its_factors()
    {
        var graph = Images(out var x);
        var stem = Convolve(graph, x, "1", [2, 1, 1, 1], [1f, 8f], 0.5f, 1f);
        var inner = graph.Add("Relu", [Convolve(graph, stem, "2", [2, 2, 1, 1], [1f, 2f, 3f, 4f], 0.1f, 0.2f)], "inner");
        var stream = graph.Add("Add", [stem, Convolve(graph, inner, "3", [2, 2, 1, 1], [1f, 1f, -2f, 0.5f], 0f, 0.3f)], "stream");
        graph.AddOutput(Convolve(graph, stream, "4", [1, 2, 1, 1], [5f, 1f]));
        Quantizer.Prepare(new() { Graph = graph });
        var links = ChannelLink.FindAll(graph);
        var input = Tensor.Of([1, 1, 1, 1], 1.5f);
        var before = Run();

        Equalization.Apply(graph, HardCase.MaximaOf(graph, MadeSamples.Of("x", input))).ShouldBe(2);

        var link = links.Single(link => link.Makers.Count == 2);
        link.Makers.Select(node => node.Inputs[1]!.Name).ShouldBe(["w1", "w3"], ignoreOrder: true);
        link.Readers.Select(node => node.Inputs[1]!.Name).ShouldBe(["w2", "w4"], ignoreOrder: true);
        Run().ShouldBe(before, 1e-4f);
        graph.FindValue("w1")!.Constant!.Floats.ToArray().ShouldNotBe([1f, 8f]);

        float Run() => new Session(graph).Run(new Dictionary<string, Tensor> { ["x"] = input }).Values.Single().Floats[0];
    }

    [Fact]
    public void A_stream_that_something_else_reads_stays_as_it_is()
    {
        var graph = Images(out var x);
        var first = Convolve(graph, x, "1", [2, 1, 1, 1], [1f, 8f], 0.5f, 1f);
        graph.AddOutput(Convolve(graph, first, "2", [1, 2, 1, 1], [5f, 1f]));
        graph.AddOutput(graph.Add("Softmax", [first], "shares"));
        Quantizer.Prepare(new() { Graph = graph });

        ChannelLink.FindAll(graph).ShouldBeEmpty();
    }

    static Graph Images(out Value x)
    {
        var graph = new Graph { Name = "images", Opsets = { [""] = 13 } };
        x = graph.AddInput("x", DataType.Float32, new SymbolicShape(1, 1, 1, 1));
        return graph;
    }

    static Value Convolve(Graph graph, Value input, string suffix, Shape shape, float[] weights, params float[] bias)
    {
        var constants = new List<Value> { graph.AddConstant($"w{suffix}", Tensor.Of(shape, weights)) };
        if (bias.Length > 0) constants.Add(graph.AddConstant($"b{suffix}", Tensor.Of([bias.Length], bias)));
        return graph.Add("Conv", [input, .. constants], $"conv{suffix}");
    }
}
