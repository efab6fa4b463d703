using Octet.Graphs;
using Octet.Tensors;
using Octet.Tests.Onnx;

namespace Octet.Tests.Graphs;

public sealed class GraphCopyTests
{
    [Fact]
    public void A_copy_says_the_same()
    {
        var graph = FullGraph();

        var copy = graph.Clone();

        copy.ShouldBeLike(graph);
        GraphCheck.FindProblems(copy).ShouldBeEmpty();
    }

    [Fact]
    public void A_copy_shares_elements_and_nothing_else()
    {
        var graph = FullGraph();
        var text = graph.ToString();

        var copy = graph.Clone(out var copies);
        copies[graph.Constants[0]].Constant.ShouldBeSameAs(graph.Constants[0].Constant);
        copy.ReplaceUses(copy.Nodes[0].Output, copy.Inputs[0]);
        copy.Remove(copy.Nodes[0]);
        copy.Inputs[0].Name = "other";
        copy.Opsets[""] = 17;
        copy.Metadata["key"] = "other";
        copy.Nodes[0].Metadata["key"] = "other";

        graph.ToString().ShouldBe(text);
        graph.Metadata["key"].ShouldBe("text");
        graph.Nodes[1].Metadata["key"].ShouldBe("text");
        GraphCheck.FindProblems(graph).ShouldBeEmpty();
    }

    [Fact]
    public void A_copy_says_where_each_value_and_node_is()
    {
        var graph = FullGraph();

        var copy = graph.Clone(out var copies);

        copies.Graph.ShouldBeSameAs(copy);
        graph.Nodes.Select(node => copies[node]).ShouldBe(copy.Nodes);
        graph.Values.Select(value => copies[value]).ShouldBe(copy.Values);
        copies.Has(copy.Inputs[0]).ShouldBeFalse();
    }

    [Fact]
    public void The_bodies_of_a_copy_read_the_values_of_the_copy()
    {
        var graph = GraphSamples.WithBody(out var captured, out _);

        var copy = graph.Clone(out var copies);

        var body = copy.Nodes[^1].Subgraphs().Single();
        body.ShouldNotBeSameAs(graph.Nodes[^1].Subgraphs().Single());
        body.Captured.Single().CapturedFrom.ShouldBe(copies[captured]);
        copies[captured].Graph.ShouldBe(copy);
        copy.Nodes[^1].Captures.ShouldBe([copies[captured]]);
    }

    [Fact]
    public void Values_that_inner_bodies_read_from_far_out_are_copied_too()
    {
        var inner = new Graph { Name = "inner" };
        var middle = new Graph { Name = "middle" };
        var graph = new Graph { Name = "outer" };
        var x = graph.AddInput("x", DataType.Float32, null);
        inner.AddOutput(GraphSamples.AddNode(inner, "Neg", [inner.AddCaptured(middle.AddCaptured(x))], "deep").Output);
        middle.AddOutput(
            middle.Add(GraphSamples.Op("If"), [], [middle.NewValue("half")], new() { { "then_branch", inner } }, name: "half").Output);
        graph.AddOutput(
            graph.Add(GraphSamples.Op("If"), [], [graph.NewValue("whole")], new() { { "then_branch", middle } }, name: "whole").Output);

        var copy = graph.Clone();

        GraphCheck.FindProblems(copy).ShouldBeEmpty();
        copy.Inputs[0].Consumers.ShouldBe([copy.Nodes[0]]);
        copy.ToString().ShouldBe(graph.ToString());
    }

    static Graph FullGraph()
    {
        var graph = GraphSamples.WithBody(out var captured, out var owner);
        graph.DocString = "all facts";
        graph.Metadata["key"] = "text";
        graph.Foreign = [0x08, 0x01];
        owner.Metadata["key"] = "text";
        owner.DocString = "a node";
        owner.Foreign = [0x08, 0x02];
        (captured.DocString, captured.IsDeclared, captured.Type) = ("a value", true, DataType.Float32);
        captured.Metadata["key"] = "text";
        var weight = graph.AddConstant("w", Tensor.Of<float>([2], 1f, 2f));
        weight.IsListedAsInput = true;
        owner.SetInput(3, weight);
        return graph;
    }
}
