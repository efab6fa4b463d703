using Octet.Checking;
using Octet.Data;
using Octet.Graphs;
using Octet.Operators;
using Octet.Pipeline;
using Octet.Planning;
using Octet.Tensors;
using Octet.Tests.Calibration;

namespace Octet.Tests.Checking;

/// <summary>Each guideline on small networks made so that it has something to say, and so that it has not.</summary>
public sealed class GuidelineTests
{
    const int Channels = 16;

    static readonly Recipe Tidl = Recipes.Find("ti-simple")!;

    [Fact]
    public void Weights_whose_channels_differ_are_found_unless_each_has_a_scale()
    {
        static Graph Network() => Chain(Weights(channel => channel == 0 ? 100 : 1));

        var finding = Find<WeightChannels>(Network()).ShouldHaveSingleItem();

        finding.ShouldBe(
            new(Severity.Problem, "Conv", "first",
                "15 of 16 channels reach at most ±4 integer steps; the widest reaches 100, the middle one 1", 15 / 16.0));
        Find<WeightChannels>(Network(), Recipes.Fast).ShouldBeEmpty();
        Find<WeightChannels>(Chain(Weights(channel => 1 + channel % 3))).ShouldBeEmpty();
    }

    [Fact]
    public void Channels_that_samples_show_to_be_unused_do_not_count()
    {
        static IReadOnlyList<Finding> Found(Func<int, float> magnitudeOf) =>
            Find<WeightChannels>(Depthwise(magnitudeOf), samples: Samples((channel, random) => channel < 8 ? 0 : random.NextSingle()));

        Found(channel => channel < 8 ? 0.01f : 1).ShouldBeEmpty("narrow channels that say nothing lose nothing");
        var finding = Found(channel => channel < 8 ? 100 : 1).ShouldHaveSingleItem();
        finding.Operator.ShouldBe("depthwise");
        finding.Measured.ShouldBe("8 of 8 channels reach at most ±4 integer steps; the widest, which hardly varies, reaches 100, the "
            + "middle one 1");
    }

    [Fact]
    public void Weights_of_which_a_few_elements_set_the_range_are_found()
    {
        var weights = Weights(_ => 0.4f, inputs: 512);
        weights.Floats[3] = 8;

        Find<WeightOutliers>(Chain(weights)).ShouldHaveSingleItem()
            .ShouldBe(new(Severity.Problem, "Conv", "first",
                "1 of 8,192 elements lie beyond 0.5 and reach 8: 4 of 8 bits are spent on these",
                4));
        Find<WeightOutliers>(Chain(Weights(_ => 0.4f, inputs: 512))).ShouldBeEmpty();
    }

    [Fact]
    public void Layers_that_lose_most_are_found_by_their_weights_and_by_what_they_do_to_the_outputs()
    {
        static Graph Network() => Chain(Weights(channel => channel == 0 ? 500 : 1));
        var samples = Samples((_, random) => random.NextSingle() - 0.5f);

        var still = Find<HardLayers>(Network()).ShouldHaveSingleItem();
        var measured =
            Find<HardLayers>(Depthwise(channel => channel == 0 ? 100 : 0.2f),
                samples: Samples((channel, random) => channel == 0 ? 0.001f * random.NextSingle() : random.NextSingle()));

        still.Name.ShouldBe("first");
        still.Measured.ShouldStartWith("SQNR of its rounded weights is ");
        measured.ShouldHaveSingleItem().Measured.ShouldStartWith("quantizing only this layer drops output SQNR to ");
        Find<HardLayers>(Chain(Weights(_ => 1))).ShouldBeEmpty();
        Find<HardLayers>(Chain(Weights(_ => 1)), samples: samples).ShouldBeEmpty();
    }

    [Fact]
    public void Values_of_which_a_few_set_the_range_are_found()
    {
        var seen = 0;
        var samples = Samples((_, random) => seen++ == 5000 ? 30 : random.NextSingle(), count: 20);

        var finding = Find<ValueOutliers>(Chain(Weights(_ => 1)), samples: samples).First(finding => finding.Operator == "input");

        finding.Severity.ShouldBe(Severity.Problem);
        finding.Measured.ShouldBe("0.005 % of the values lie beyond 1 and reach 30: 5 of 8 bits are spent on these");
        Find<ValueOutliers>(Chain(Weights(_ => 1)), samples: Samples((_, random) => random.NextSingle())).ShouldBeEmpty();
    }

    [Fact]
    public void Values_whose_channels_differ_are_found()
    {
        var finding =
            Find<ValueChannels>(Chain(Weights(_ => 1)),
                samples: Samples((channel, random) => random.NextSingle() * (channel == 0 ? 200 : 1)))[0];

        finding.Operator.ShouldBe("input");
        finding.Measured.ShouldStartWith("15 of 16 channels reach at most ±4 integer steps");
        Find<ValueChannels>(Chain(Weights(_ => 1)), samples: Samples((_, random) => random.NextSingle())).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Concat", 10, "Warning Concat join: 'wide' reaches 10, 'x' 1: 4 bits of the latter are lost")]
    [InlineData("Concat", 3, null)]
    [InlineData("Add", 100, "Note Add join: 'wide' reaches 100, 'x' 1: 7 bits of the latter are lost")]
    [InlineData("Add", 10, null)]
    public void Joins_of_values_with_very_different_ranges_are_found(string join, float factor, string? expected)
    {
        var graph = NewGraph(out var x);
        var wide = graph.Add("Mul", [x, graph.AddConstant("factor", Tensor.Scalar(factor))], "wide");
        End(graph, Named(graph, join, [x, wide], "join", join == "Concat" ? new() { ["axis"] = 1L } : null),
            join == "Concat" ? 2 * Channels : Channels);

        var texts = Find<MixedRanges>(graph, samples: Samples((_, random) => random.Next(2)))
            .Select(finding => $"{finding.Severity} {finding.Operator} {finding.Name}: {finding.Measured}");

        texts.ShouldBe(expected is null ? [] : [expected]);
    }

    [Fact]
    public void A_value_whose_readers_use_very_different_parts_of_it_is_found()
    {
        var graph = NewGraph(out var x);
        var wide = Named(graph, "Conv", [x, graph.AddConstant("w", Weights(channel => channel == 0 ? 400 : 1))], "wide");
        var gate = Named(graph, "Sigmoid", [wide], "gate");
        End(graph, graph.Add("Add", [wide, gate], "sum"));

        var finding = Find<MixedRanges>(graph, samples: Samples((_, _) => 1)).Single(finding => finding.Name == "wide");

        finding.Measured.ShouldContain("but Sigmoid 'gate' no more than ");
        finding.Severity.ShouldBe(Severity.Warning);
    }

    [Fact]
    public void Operators_that_the_target_leaves_in_floats_are_found()
    {
        static Graph Network()
        {
            var graph = NewGraph(out var x);
            var leaky = Named(graph, "LeakyRelu", [x], "leaky");
            var erf = Named(graph, "Erf", [Named(graph, "Conv", [leaky, graph.AddConstant("w", Weights(_ => 1))], "conv")], "erf");
            graph.AddOutput(Named(graph, "Erf", [erf], "again"));
            return graph;
        }

        Find<FloatOperators>(Network()).Select(finding => $"{finding.Severity} {finding.Name}: {finding.Measured}").ShouldBe(
            ["Warning leaky: computed in floats", "Note erf: this and 1 more are computed in floats, behind the last layer"],
            ignoreOrder: true);
        Find<FloatOperators>(Network(), Recipes.Fast).Select(finding => finding.Name).ShouldBe(["erf"]);
    }

    [Fact]
    public void Convolutions_without_normalization_are_found_where_others_have_one()
    {
        var graph = NewGraph(out var x);
        var normalized = Normalize(graph, Named(graph, "Conv", [x, graph.AddConstant("w0", Weights(_ => 1))], "with"));
        var depthwise =
            Named(graph, "Conv", [normalized, graph.AddConstant("w1", Tensor.Of([Channels, 1, 1, 1], new float[Channels]))], "depthwise",
                new() { ["group"] = (long)Channels });
        var bare = Named(graph, "Conv", [depthwise, graph.AddConstant("w2", Weights(_ => 1))], "bare");
        End(graph, bare);

        Find<MissingNormalization>(graph).Select(finding => $"{finding.Severity} {finding.Operator} {finding.Name}")
            .ShouldBe(["Warning depthwise depthwise", "Note Conv bare"]);
        Find<MissingNormalization>(Chain(Weights(_ => 1)))
            .ShouldHaveSingleItem().Measured.ShouldBe("none of its 2 convolutions has one; most likely the exporter has folded them");
    }

    [Theory]
    [InlineData(6, "this and 1 more end at 6: the last 25 % of a range up to 8 are never used")]
    [InlineData(8, null)]
    public void Activations_whose_bound_is_no_power_of_two_are_found(float bound, string? expected)
    {
        Graph Network()
        {
            var graph = NewGraph(out var x);
            var limits = new[] { graph.AddConstant("low", Tensor.Scalar(0f)), graph.AddConstant("high", Tensor.Scalar(bound)) };
            var first = Named(graph, "Clip", [x, .. limits], "relu6");
            End(graph, Named(graph, "Clip", [Named(graph, "Conv", [first, graph.AddConstant("w", Weights(_ => 1))], "conv"), .. limits],
                "second"));
            return graph;
        }

        Find<BoundedActivations>(Network()).Select(finding => finding.Measured).ShouldBe(expected is null ? [] : [expected]);
        Find<BoundedActivations>(Network(), Recipes.Fast).ShouldBeEmpty();
    }

    [Fact]
    public void Channels_that_never_vary_are_found_in_weights_and_in_values()
    {
        Find<DeadChannels>(Chain(Weights(channel => channel < 3 ? 0 : 1)))
            .ShouldHaveSingleItem().Measured.ShouldBe("the weights of 3 of 16 channels are zero");
        Find<DeadChannels>(Chain(Weights(_ => 1))).ShouldBeEmpty();

        // A bias far below zero silences a channel behind its ReLU.
        var bias = new float[Channels];
        bias[5] = -1000;
        Find<DeadChannels>(Chain(Weights(_ => 1), bias), samples: Samples((_, random) => random.NextSingle())).ShouldContain(finding =>
            finding.Name == "first" && finding.Measured == "1 of 16 channels gave the same number everywhere, in all 4 samples");
    }

    [Fact]
    public void Every_guideline_has_a_name_of_its_own_and_advice_for_every_target()
    {
        Guideline.All.Select(guideline => guideline.Name).ShouldBeUnique();
        foreach (var guideline in Guideline.All)
        {
            guideline.Title.ShouldNotBeEmpty();
            guideline.Advice(Tidl).ShouldEndWith(".");
            guideline.Advice(Recipes.Fast).ShouldNotContain("pow2-best");
        }
        typeof(Guideline).Assembly.GetTypes().Count(type => type.IsSubclassOf(typeof(Guideline))).ShouldBe(Guideline.All.Count);
    }

    static IReadOnlyList<Finding> Find<T>(Graph graph, Recipe? recipe = null, ISampleSource? samples = null) where T : Guideline, new()
    {
        var model = new CheckedModel(new() { Graph = graph, Source = "test" }, recipe ?? Tidl);
        if (samples is not null) model.Measure(samples, new() { Threads = 2 }, CancellationToken.None);
        return [.. new T().Find(model)];
    }

    static MadeSamples Samples(Func<int, Random, float> elementOf, int count = 4)
    {
        var random = new Random(1);
        return MadeSamples.Of("x", [1, Channels, 8, 8],
            [.. Enumerable.Range(0, count)
                .Select(_ => Enumerable.Range(0, Channels * 64).Select(i => elementOf(i / 64, random)).ToArray())]);
    }

    static Graph NewGraph(out Value x)
    {
        var graph = new Graph { Name = "net", Opsets = { [""] = 13 } };
        x = graph.AddInput("x", DataType.Float32, new SymbolicShape(1, Channels, 8, 8));
        return graph;
    }

    /// <summary>Convolution, ReLU, convolution.</summary>
    static Graph Chain(Tensor weights, float[]? bias = null)
    {
        var graph = NewGraph(out var x);
        if (weights.Shape[1] != Channels)
            x = graph.Add("Concat", [.. Enumerable.Repeat(x, weights.Shape[1] / Channels)], "wide", new() { ["axis"] = 1L });
        var first = Named(graph, "Conv",
            bias is null
            ? [x, graph.AddConstant("w", weights)]
            : [x, graph.AddConstant("w", weights), graph.AddConstant("b", Tensor.Of([bias.Length], bias))], "first");
        End(graph, graph.Add("Relu", [first], "relu"));
        return graph;
    }

    static Graph Depthwise(Func<int, float> magnitudeOf)
    {
        var graph = NewGraph(out var x);
        var weights = Tensor.Of([Channels, 1, 1, 1], [.. Enumerable.Range(0, Channels).Select(magnitudeOf)]);
        End(graph, Named(graph, "Conv", [x, graph.AddConstant("w", weights)], "first", new() { ["group"] = (long)Channels }));
        return graph;
    }

    /// <summary>A last layer without faults.</summary>
    static void End(Graph graph, Value value, int inputs = Channels) =>
        graph.AddOutput(Named(graph, "Conv", [value, graph.AddConstant("w_last", Weights(_ => 1, inputs))], "last"));

    static Value Named(Graph graph, string operatorType, IEnumerable<Value?> inputs, string name, Attributes? attributes = null)
    {
        var value = graph.Add(operatorType, inputs, name, attributes);
        value.Producer!.Name = name;
        return value;
    }

    static Value Normalize(Graph graph, Value value)
    {
        Value Of(string name, float element) => graph.AddConstant(name, Tensor.Of([Channels], [.. Enumerable.Repeat(element, Channels)]));
        return graph.Add("BatchNormalization", [value, Of("gamma", 1), Of("beta", 0), Of("mean", 0), Of("variance", 1)], "normalized");
    }

    /// <summary>Weights of a 1 × 1 convolution, [16, inputs, 1, 1], spread evenly up to the magnitude of each output channel.</summary>
    static Tensor Weights(Func<int, float> magnitudeOf, int inputs = Channels)
    {
        var weights = new Tensor(DataType.Float32, [Channels, inputs, 1, 1]);
        for (var i = 0; i < weights.Length; i++)
            weights.Floats[i] = magnitudeOf(i / inputs) * (i % inputs + 1) / inputs * (i % 2 == 0 ? 1 : -1);
        return weights;
    }
}
