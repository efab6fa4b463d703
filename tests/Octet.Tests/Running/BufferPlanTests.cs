using Octet.Graphs;
using Octet.Lowering;
using Octet.Running;
using Octet.Tensors;

namespace Octet.Tests.Running;

public sealed class BufferPlanTests
{
    [Fact]
    public void What_is_only_reshaped_stays_where_it_is_until_the_last_shape_was_read()
    {
        var graph = new Graph { Opsets = { [""] = 13 } };
        var x = graph.AddInput("x", DataType.Float32, SymbolicShape.From([2, 3, 4]));
        var sum = graph.Add("Add", [x, graph.AddConstant("one", Tensor.Scalar(1f))], "sum");
        var flat = graph.Add("Flatten", [sum], "flat");
        var square = graph.Add("Unsqueeze", [flat, graph.AddConstant("axes", Tensor.Vector(0))], "square");
        var negative = graph.Add("Neg", [graph.Add("Neg", [graph.Add("Neg", [flat], "first")], "second")], "negative");
        graph.AddOutput(graph.Add("Sub", [square, negative], "y"));
        var input = Tensor.Of<float>([2, 3, 4], [.. Enumerable.Range(0, 24).Select(i => (float)i)]);

        var plan = new BufferPlan(graph, graph.Nodes, LoweredGraph.InfosOf(graph, [input]));
        var y = new Session(graph).Run(new Dictionary<string, Tensor> { ["x"] = input })["y"];

        plan.PlaceOf[flat].Buffer.ShouldBe(plan.PlaceOf[sum].Buffer);
        plan.PlaceOf[square].Buffer.ShouldBe(plan.PlaceOf[sum].Buffer);
        plan.PlaceOf[square].Shape.ShouldBe([1, 2, 12]);
        plan.PlaceOf[negative].Buffer.ShouldNotBe(plan.PlaceOf[sum].Buffer);
        plan.BufferBytes.Count.ShouldBe(3);
        y.Floats.ToArray().ShouldBe([.. Enumerable.Range(0, 24).Select(i => 2f * (i + 1))]);
    }

    [Fact]
    public void A_reshaped_output_of_the_graph_keeps_its_memory_to_the_end()
    {
        var graph = new Graph { Opsets = { [""] = 13 } };
        var x = graph.AddInput("x", DataType.Float32, SymbolicShape.From([2, 3]));
        var negative = graph.Add("Neg", [x], "negative");
        graph.AddOutput(graph.Add("Flatten", [negative], "flat", new() { ["axis"] = 0L }));
        graph.AddOutput(graph.Add("Neg", [graph.Add("Neg", [x], "other")], "same"));

        var outputs = new Session(graph).Run(new Dictionary<string, Tensor> { ["x"] = Tensor.Of<float>([2, 3], 1, 2, 3, 4, 5, 6) });

        outputs["flat"].Floats.ToArray().ShouldBe([-1, -2, -3, -4, -5, -6]);
        outputs["same"].Floats.ToArray().ShouldBe([1, 2, 3, 4, 5, 6]);
    }
}
