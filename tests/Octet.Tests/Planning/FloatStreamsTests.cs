using Octet.Graphs;
using Octet.Pipeline;
using Octet.Planning;
using Octet.Tensors;
using Octet.Tests.Passes;

namespace Octet.Tests.Planning;

/// <summary>What of transformers becomes integers: what products multiply, and nothing between.</summary>
public sealed class FloatStreamsTests
{
    static string[] IntegersOf(Graph graph, Value output)
    {
        graph.AddOutput(output);
        ShapeInference.Annotate(graph);
        return [.. Planner.Plan(graph, Recipes.Fast).Groups.SelectMany(group => group.Values).Select(value => value.Name)];
    }

    static Value Weight(Graph graph, string name, int rows, int columns) =>
        graph.AddConstant(name, RandomTensors.Of(name.Length, rows, columns));

    static Value Number(Graph graph, float number) =>
        graph.AddConstant(graph.UniqueName("number"), Tensor.Of(Shape.Scalar, number));

    [Fact]
    public void Attention_has_integers_at_its_products_and_floats_at_masks_softmax_biases_and_residuals()
    {
        var graph = new Graph { Name = "attention", Opsets = { [""] = 13 } };
        var x = graph.AddInput("x", DataType.Float32, new(1, 6, 8));
        var mask = graph.AddInput("mask", DataType.Float32, new(1, 1, 6));
        var (q, k, v) = (Projected("q"), Projected("k"), Projected("v"));
        var scores = graph.Add("MatMul", [q, graph.Add("Transpose", [k], "turned", new() { ["perm"] = new long[] { 0, 2, 1 } })], "scores");
        var hidden = graph.Add("Mul", [graph.Add("Sub", [Number(graph, 1), mask], "inverse"), Number(graph, -10000)], "hidden");
        var scaled = graph.Add("Mul", [scores, Number(graph, 0.35f)], "scaled");
        var weights = graph.Add("Softmax", [graph.Add("Add", [scaled, hidden], "masked")], "weights", new() { ["axis"] = -1L });
        var mixed = graph.Add("MatMul", [weights, v], "mixed");
        var made = graph.Add("MatMul", [mixed, Weight(graph, "out_w", 8, 8)], "made");

        IntegersOf(graph, graph.Add("Add", [made, x], "y")).ShouldBe(["x", "q", "turned", "v", "weights", "mixed"], ignoreOrder: true);

        Value Projected(string name) => graph.Add("Add",
            [graph.Add("MatMul", [x, Weight(graph, $"{name}_w", 8, 8)], $"{name}_product"),
                graph.AddConstant($"{name}_b", RandomTensors.Of(7, 8))], name);
    }

    [Fact]
    public void A_written_GELU_behind_a_convolution_is_one_curve_in_floats()
    {
        var graph = new Graph { Name = "gelu", Opsets = { [""] = 13 } };
        var x = graph.AddInput("x", DataType.Float32, new(1, 4, 6, 6));
        var made = graph.Add("Conv", [x, graph.AddConstant("w", RandomTensors.Of(1, 4, 4, 1, 1))], "made");
        var erf = graph.Add("Erf", [graph.Add("Mul", [made, Number(graph, 0.70710678f)], "scaled")], "erf");
        var gate = graph.Add("Mul", [made, graph.Add("Add", [erf, Number(graph, 1)], "sum")], "gate");
        var half = graph.Add("Mul", [gate, Number(graph, 0.5f)], "half");
        var next = graph.Add("Conv", [half, graph.AddConstant("w2", RandomTensors.Of(2, 4, 4, 1, 1))], "next");

        IntegersOf(graph, next).ShouldBe(["x", "made", "half", "next"], ignoreOrder: true);
    }

    [Fact]
    public void Sums_and_gates_between_convolutions_stay_in_integers()
    {
        var graph = new Graph { Name = "residual", Opsets = { [""] = 13 } };
        var x = graph.AddInput("x", DataType.Float32, new(1, 4, 6, 6));
        var made = graph.Add("Conv", [x, graph.AddConstant("w", RandomTensors.Of(1, 4, 4, 1, 1))], "made");
        var gated = graph.Add("Mul", [made, graph.Add("Sigmoid", [made], "gate")], "gated");

        IntegersOf(graph, graph.Add("Add", [gated, x], "y")).ShouldBe(["x", "made", "gate", "gated", "y"], ignoreOrder: true);
    }
}
