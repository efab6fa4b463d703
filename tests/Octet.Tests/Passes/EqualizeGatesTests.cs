using Octet.Calibration;
using Octet.Graphs;
using Octet.Numerics;
using Octet.Operators;
using Octet.Passes;
using Octet.Pipeline;
using Octet.Planning;
using Octet.Running;
using Octet.Tensors;

namespace Octet.Tests.Passes;

public sealed class EqualizeGatesTests
{
    const int Channels = 4;

    /// <summary>The engine computes SiLU in one step, where it is left as it was: the last bit may differ.</summary>
    const float Tolerance = 2e-6f;

    /// <summary>A layer, x · sigmoid(x), and a next layer; the last channel of the first one is far smaller than the others.</summary>
    static Graph Gated(float smallest, Func<Graph, Value, Value>? gate = null, int groups = Channels, bool readTwice = false)
    {
        var graph = new Graph { Name = "gated", Opsets = { [""] = 13 } };
        var x = graph.AddInput("x", DataType.Float32, new(1, 3, 6, 6));
        var first = RandomTensors.Positive(1, Channels, 3, 3, 3);
        foreach (ref var weight in first.Floats[^27..]) weight *= smallest;
        var bias = RandomTensors.Of(2, Channels);
        bias.Floats[^1] *= smallest;
        var layer = graph.Add("Conv", [x, graph.AddConstant("w1", first), graph.AddConstant("b1", bias)], "layer");
        var product = graph.Add("Mul", [layer, gate is null ? graph.Add("Sigmoid", [layer], "gate") : gate(graph, layer)], "product");
        var second = RandomTensors.Positive(3, Channels, Channels / groups, 1, 1);
        var next = graph.Add("Conv", [product, graph.AddConstant("w2", second)], "next", new() { ["group"] = (long)groups });
        graph.AddOutput(readTwice ? graph.Add("Add", [next, product], "y") : next);
        ShapeInference.Annotate(graph);
        return graph;
    }

    static float[] Run(Graph graph) =>
        new Session(graph).Run(new Dictionary<string, Tensor> { ["x"] = RandomTensors.Of(9, 1, 3, 6, 6) }).Values.Single().Floats.ToArray();

    [Theory, InlineData(1), InlineData(Channels)]
    public void Small_channels_grow_and_the_model_computes_what_it_did(int groups)
    {
        var graph = Gated(1f / 4096, groups: groups);
        var before = Run(graph);

        EqualizeGates.AppliesTo(graph).ShouldBeTrue();
        new EqualizeGates().Apply(graph).ShouldBe(1);

        GraphCheck.Check(graph);
        Run(graph).ShouldBe(before, Tolerance);
        var weights = graph.FindValue("w1")!.Constant!.Floats;
        weights[^27..].ToArray().Max().ShouldBeGreaterThan(weights[..27].ToArray().Max() / 128);
        graph.FindValue("layer").ShouldBeNull();
        graph.FindValue("layer_equalized").ShouldNotBeNull();
        new EqualizeGates().Apply(graph).ShouldBe(0);
    }

    [Fact]
    public void A_gate_in_several_steps_is_found()
    {
        var graph = Gated(1f / 4096, (graph, x) => graph.Add("Mul",
            [graph.Add("Clip",
                [graph.Add("Add", [x, graph.AddConstant("three", Tensor.Scalar(3f))], "shifted"),
                    graph.AddConstant("low", Tensor.Scalar(0f)), graph.AddConstant("high", Tensor.Scalar(6f))], "held"),
            graph.AddConstant("sixth", Tensor.Scalar(1 / 6f))], "gate"));
        var before = Run(graph);

        new EqualizeGates().Apply(graph).ShouldBe(1);

        Run(graph).ShouldBe(before, Tolerance);
    }

    [Fact]
    public void Channels_near_each_other_and_products_that_others_read_stay()
    {
        EqualizeGates.AppliesTo(Gated(1)).ShouldBeFalse();
        EqualizeGates.AppliesTo(Gated(1f / 4096, readTwice: true)).ShouldBeFalse();
    }

    [Fact]
    public void Weights_of_another_graph_that_shares_them_do_not_change()
    {
        var graph = Gated(1f / 4096);
        var before = Run(graph);

        new EqualizeGates().Apply(graph.Clone()).ShouldBe(1);

        Run(graph).ShouldBe(before, Tolerance);
    }

    [Fact]
    public void An_equalized_gate_stays_in_floats_and_what_is_around_it_becomes_integers()
    {
        var graph = Gated(1f / 4096);
        new EqualizeGates().Apply(graph);

        var plan = Planner.Plan(graph, Recipes.Fast);

        plan.FloatNodes.Select(node => node.OpType).ShouldBe(["Mul", "Sigmoid"]);
        plan.GroupOf(graph.FindValue("layer_equalized")!).ShouldNotBeNull();
        plan.GroupOf(graph.FindValue("layer_equalized_restored")!).ShouldBeNull();
        plan.GroupOf(graph.FindValue("product_equalized")!).ShouldNotBeNull();
    }

    [Theory, InlineData("", false), InlineData("_equalized", true)]
    public void Ranges_from_a_table_are_for_the_channels_that_its_names_tell_of(string ending, bool isEqualized)
    {
        var model = new Model { Graph = Gated(1f / 4096) };
        string[] names = ["x", $"layer{ending}", "gate", $"product{ending}", "next"];
        var table = new CalibrationTable { Ranges = names.ToDictionary(name => name, _ => new ValueRange(-1, 1)) };

        var quantized = Quantizer.Quantize(model, table, new TableOptions("table")).Model;

        (quantized.Plan.Graph.FindValue("layer_equalized") is not null).ShouldBe(isEqualized);
        model.Graph.FindValue("layer").ShouldNotBeNull();
    }
}
