using Octet.Graphs;
using Octet.Operators;
using Octet.Passes;
using Octet.Tensors;

namespace Octet.Tests.Passes;

public sealed class UpgradeOpsetTests
{
    static Graph Old(int opset, string opType, Attributes attributes, params int[] shape)
    {
        var graph = new Graph { Name = "old", Opsets = { [""] = opset } };
        var x = graph.AddInput("x", DataType.Float32, SymbolicShape.From(new(shape)));
        graph.AddOutput(graph.Add(opType, [x], "y", attributes));
        return graph;
    }

    public static TheoryData<int, string> Changed => new()
    {
        { 7, "Clip" }, { 9, "Slice" }, { 9, "Upsample" }, { 7, "Pad" }, { 11, "Squeeze" }, { 11, "Unsqueeze" }, { 11, "ReduceSum" },
            { 13, "ReduceMean" }, { 11, "Softmax" },
    };

    [Theory, MemberData(nameof(Changed))]
    public void A_node_of_an_old_form_computes_the_same_in_the_new_form(int opset, string opType)
    {
        Attributes attributes = opType switch
        {
            "Clip" => new() { ["min"] = -0.3f, ["max"] = 0.4f },
            "Slice" => new() { ["starts"] = new long[] { 1, 0 }, ["ends"] = new long[] { 3, 2 }, ["axes"] = new long[] { 2, 3 } },
            "Upsample" => new() { ["mode"] = "nearest" },
            "Pad" => new() { ["pads"] = new long[] { 0, 0, 1, 2, 0, 0, 0, 1 }, ["value"] = 0.5f },
            "Squeeze" => new() { ["axes"] = new long[] { 1 } },
            "Unsqueeze" or "ReduceSum" or "ReduceMean" => new() { ["axes"] = new long[] { 2 } },
            _ => new() { ["axis"] = 3L },
        };
        var graph = opType == "Upsample" ? OldUpsample(opset) : Old(opset, opType, attributes, 2, 1, 4, 5);

        graph.ShouldComputeTheSameAfter(() => UpgradeOpset.To(graph, 18));

        graph.Opset.ShouldBe(18);
    }

    [Fact]
    public void A_softmax_over_several_dimensions_lays_them_into_one()
    {
        foreach (var opType in (string[])["Softmax", "LogSoftmax", "Hardmax"])
        {
            var graph = Old(11, opType, new() { ["axis"] = 1L }, 2, 3, 4);

            graph.ShouldComputeTheSameAfter(() => UpgradeOpset.To(graph, 13));

            graph.Nodes.Select(node => node.OpType).ShouldBe(["Reshape", opType, "Reshape"]);
        }
    }

    [Fact]
    public void A_newer_graph_is_not_touched()
    {
        var graph = Old(19, "Relu", [], 2, 3);

        UpgradeOpset.To(graph, 13);

        graph.Opset.ShouldBe(19);
    }

    static Graph OldUpsample(int opset)
    {
        var graph = new Graph { Name = "old", Opsets = { [""] = opset } };
        var x = graph.AddInput("x", DataType.Float32, new(1, 2, 3, 3));
        graph.AddOutput(
            graph.Add("Upsample", [x, graph.AddConstant("scales", Tensor.Of<float>([4], 1, 1, 2, 2))], "y",
                new() { ["mode"] = "nearest" }));
        return graph;
    }

    [Fact]
    public void A_second_input_that_lay_along_an_axis_gets_a_shape_that_says_so()
    {
        var graph = new Graph { Name = "old", Opsets = { [""] = 6 } };
        var x = graph.AddInput("x", DataType.Float32, new(2, 3, 4));
        var bias = graph.AddConstant("bias", Tensor.Of<float>([3], 1, 2, 3));
        graph.AddOutput(graph.Add("Add", [x, bias], "y", new() { { "broadcast", 1L }, { "axis", 1L } }));

        graph.ShouldComputeTheSameAfter(() => UpgradeOpset.To(graph, 13));
    }
}
