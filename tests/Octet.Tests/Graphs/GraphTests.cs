using Octet.Graphs;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Tests.Graphs;

public sealed class GraphTests
{
    [Fact]
    public void Nodes_and_values_know_each_other()
    {
        var graph = GraphSamples.Chain("a", "b");

        var (first, second) = (graph.Nodes[0], graph.Nodes[1]);
        first.Output.Producer.ShouldBe(first);
        first.Output.Consumers.ShouldBe([second]);
        graph.Inputs[0].Consumers.ShouldBe([first]);
        second.Output.IsGraphOutput.ShouldBeTrue();
        graph.Inputs[0].IsGraphInput.ShouldBeTrue();
    }

    [Fact]
    public void A_node_that_reads_a_value_twice_is_counted_twice()
    {
        var graph = new Graph();
        var x = graph.AddInput("x", DataType.Float32, null);
        var node = GraphSamples.AddNode(graph, "Add", [x, x], "y");

        x.Consumers.ShouldBe([node, node]);
        node.SetInput(1, null);
        x.Consumers.ShouldBe([node]);
    }

    [Fact]
    public void A_node_that_is_added_has_the_type_and_shape_that_follow_from_its_inputs()
    {
        var graph = new Graph { Opsets = { [""] = 17 } };
        var x = graph.AddInput("x", DataType.Float32, new(new Dimension(null, "N"), 3, 8, 8));

        var flat = graph.Add("Flatten", [graph.Add("Relu", [x], "positive")], "flat");
        var unknown = graph.Add("Relu", [graph.AddInput("anything", DataType.Undefined, null)], "unknown");

        flat.ToString().ShouldBe("flat: float32 [N, 192]");
        (unknown.Type, unknown.Shape).ShouldBe((DataType.Undefined, null));
    }

    [Fact]
    public void Sort_puts_producers_first_and_otherwise_keeps_the_order()
    {
        var graph = new Graph();
        var x = graph.AddInput("x", DataType.Float32, null);
        var (a, b) = (graph.NewValue("a"), graph.NewValue("b"));
        GraphSamples.AddNode(graph, "Neg", [b], "late");
        GraphSamples.AddNode(graph, "Relu", [x], "free");
        graph.Add(GraphSamples.Op("Exp"), [a], [b], name: "b");
        graph.Add(GraphSamples.Op("Log"), [x], [a], name: "a");

        graph.Sort();

        graph.Nodes.Select(node => node.Name).ShouldBe(["free", "a", "b", "late"]);
        GraphCheck.FindProblems(graph).ShouldBeEmpty();
    }

    [Fact]
    public void Sort_keeps_a_graph_that_is_in_order_as_it_is()
    {
        var graph = GraphSamples.Chain("a", "b", "c", "d");

        graph.Sort();

        graph.Nodes.Select(node => node.Name).ShouldBe(["a", "b", "c", "d"]);
    }

    [Fact]
    public void Sort_names_the_nodes_of_a_circle()
    {
        var graph = new Graph { Name = "round" };
        var (a, b) = (graph.NewValue("a"), graph.NewValue("b"));
        graph.Add(GraphSamples.Op("Neg"), [b], [a], name: "first");
        graph.Add(GraphSamples.Op("Neg"), [a], [b], name: "second");

        var refusal = Should.Throw<GraphException>(graph.Sort);

        refusal.Message.ShouldContain("'round'");
        refusal.Message.ShouldContain("first");
        refusal.Message.ShouldContain("second");
    }

    [Fact]
    public void A_value_that_a_body_reads_comes_before_the_node_with_the_body()
    {
        var graph = GraphSamples.WithBody(out var captured, out var owner);
        var late = graph.NewValue("late");
        graph.Add(GraphSamples.Op("Neg"), [graph.Inputs[0]], [late], name: "late");
        graph.ReplaceUses(captured, late);

        graph.Sort();

        graph.Nodes[^1].ShouldBe(owner);
        GraphCheck.FindProblems(graph).ShouldBeEmpty();
    }

    [Fact]
    public void ReplaceUses_reaches_inputs_outputs_and_bodies()
    {
        var graph = GraphSamples.WithBody(out var captured, out var owner);
        graph.AddOutput(captured);
        var other = graph.Add("Neg", [graph.Inputs[0]], "other", before: owner);

        graph.ReplaceUses(captured, other);

        captured.Consumers.ShouldBeEmpty();
        captured.IsGraphOutput.ShouldBeFalse();
        other.IsGraphOutput.ShouldBeTrue();
        owner.Captures.ShouldBe([other]);
        owner.Subgraphs().Single().Captured.Single().CapturedFrom.ShouldBe(other);
        GraphCheck.FindProblems(graph).ShouldBeEmpty();
    }

    [Fact]
    public void ReplaceConsumers_reaches_only_the_chosen()
    {
        var graph = new Graph();
        var (x, z) = (graph.AddInput("x", DataType.Float32, null), graph.AddInput("z", DataType.Float32, null));
        var (one, two) = (GraphSamples.AddNode(graph, "Relu", [x], "one"), GraphSamples.AddNode(graph, "Relu", [x], "two"));

        Graph.ReplaceConsumers(x, z, node => node == two);

        x.Consumers.ShouldBe([one]);
        z.Consumers.ShouldBe([two]);
    }

    [Fact]
    public void RemoveInFavourOf_lets_the_heir_make_the_output()
    {
        var graph = GraphSamples.Chain("conv", "norm", "relu");
        var (conv, norm, relu) = (graph.Nodes[0], graph.Nodes[1], graph.Nodes[2]);

        graph.RemoveInFavourOf(norm, heir: conv);

        graph.Nodes.ShouldBe([conv, relu]);
        conv.Output.Name.ShouldBe("norm");
        relu.Inputs.ShouldBe([conv.Output]);
        GraphCheck.FindProblems(graph).ShouldBeEmpty();
    }

    [Fact]
    public void A_removed_node_lets_go_of_its_values()
    {
        var graph = GraphSamples.WithBody(out var captured, out var owner);

        graph.ReplaceUses(owner.Output, captured);
        graph.Remove(owner);

        captured.Consumers.ShouldBeEmpty();
        GraphCheck.FindProblems(graph).ShouldBeEmpty();
    }

    [Fact]
    public void Unique_names_avoid_all_values_and_those_of_bodies()
    {
        var graph = GraphSamples.WithBody(out _, out _);

        graph.UniqueName("new").ShouldBe("new");
        graph.UniqueName("new").ShouldBe("new_1");
        graph.UniqueName("x").ShouldBe("x_1");
        graph.UniqueName("inside").ShouldBe("inside_1");

        graph.Inputs[0].Name = "renamed";
        graph.UniqueName("renamed").ShouldBe("renamed_1");
    }

    [Fact]
    public void A_value_that_is_two_outputs_is_one_until_both_are_replaced()
    {
        var graph = GraphSamples.Chain("a", "b");
        var (a, b) = (graph.Nodes[0].Output, graph.Nodes[1].Output);
        graph.AddOutput(b);

        graph.ReplaceOutput(b, a);

        graph.Outputs.ShouldBe([a, a]);
        (a.IsGraphOutput, b.IsGraphOutput).ShouldBe((true, false));
    }

    [Fact]
    public void Find_gives_the_nodes_of_one_operator_as_they_are_now()
    {
        var graph = new Graph { Opsets = { [""] = 13 } };
        var x = graph.AddInput("x", DataType.Float32, null);
        var y = graph.Add("HardSigmoid", [x], "y");
        graph.Add("Nonsense", [y], "z");

        graph.Find<HardSigmoid>().Single().ShouldBe(y.Producer);
        graph.Find<UnsupportedOperator>().Single().Output.Name.ShouldBe("z");
    }
}
