using Octet.Graphs;
using Octet.Tensors;

namespace Octet.Tests.Graphs;

public sealed class GraphCheckTests
{
    [Fact]
    public void A_sound_graph_has_no_problems()
    {
        GraphCheck.FindProblems(GraphSamples.Chain("a", "b", "c")).ShouldBeEmpty();
        GraphCheck.FindProblems(GraphSamples.WithBody(out _, out _)).ShouldBeEmpty();
    }

    [Fact]
    public void Two_values_of_one_name_are_found()
    {
        var graph = GraphSamples.Chain("a", "b");
        graph.Nodes[1].Output.Name = "a";

        GraphCheck.FindProblems(graph).ShouldBe(["2 values are called 'a'"]);
    }

    [Fact]
    public void A_value_without_a_name_is_found()
    {
        var graph = GraphSamples.Chain("a", "b");
        graph.Nodes[0].Output.Name = "";

        GraphCheck.FindProblems(graph).ShouldBe(["a value has no name"]);
    }

    [Fact]
    public void A_node_before_the_one_it_depends_on_is_found()
    {
        var graph = GraphSamples.Chain("a");
        var late = GraphSamples.AddNode(graph, "Step", [graph.Inputs[0]], "late").Output;
        graph.Nodes[0].SetInput(1, late);

        GraphCheck.FindProblems(graph).ShouldBe(["a stands before late, which makes its input 'late'"]);
    }

    [Fact]
    public void Reading_what_nothing_makes_is_found()
    {
        var graph = GraphSamples.Chain("a");
        graph.Nodes[0].SetInput(1, graph.NewValue("ghost"));

        GraphCheck.FindProblems(graph).ShouldBe(["a reads 'ghost', which nothing in the graph makes"]);
    }

    [Fact]
    public void An_output_that_nothing_makes_is_found()
    {
        var graph = GraphSamples.Chain("a");
        graph.AddOutput(graph.NewValue("ghost"));

        GraphCheck.FindProblems(graph).ShouldBe(["output 'ghost' is made by no node"]);
    }

    [Fact]
    public void A_reader_that_left_is_found()
    {
        var graph = GraphSamples.Chain("a", "b");
        graph.Inputs[0].AddConsumer(graph.Nodes[1]);

        GraphCheck.FindProblems(graph).ShouldBe(["'x' counts b among its readers, which does not read it"]);
    }

    [Fact]
    public void A_reader_that_is_not_counted_is_found()
    {
        var graph = GraphSamples.Chain("a", "b");
        graph.Inputs[0].RemoveConsumer(graph.Nodes[0]);

        GraphCheck.FindProblems(graph).ShouldBe(["'x' does not know that a reads it"]);
    }

    [Fact]
    public void A_producer_that_is_not_known_is_found()
    {
        var graph = GraphSamples.Chain("a", "b");
        graph.Nodes[0].Output.Producer = null;

        GraphCheck.FindProblems(graph).ShouldBe(["'a' does not know that a makes it"]);
    }

    [Fact]
    public void Problems_inside_bodies_are_found_and_say_where()
    {
        var graph = GraphSamples.WithBody(out _, out var owner);
        var body = owner.Subgraphs().Single();
        body.AddOutput(body.NewValue("ghost"));

        GraphCheck.FindProblems(graph).ShouldBe(["in subgraph 'body' of owner: output 'ghost' is made by no node"]);
    }

    [Fact]
    public void A_body_that_reads_a_value_without_its_node_knowing_is_found()
    {
        var graph = GraphSamples.WithBody(out _, out var owner);
        owner.Subgraphs().Single().AddCaptured(graph.Inputs[0]);

        GraphCheck.FindProblems(graph).ShouldBe(["in subgraph 'body' of owner: 'x' is read from around it, but the node does not know"]);
    }

    [Fact]
    public void Check_throws_with_all_problems_at_once()
    {
        var graph = GraphSamples.Chain("a", "b", "c");
        graph.Nodes[1].Output.Name = "a";
        graph.AddOutput(graph.NewValue("ghost"));

        var refusal = Should.Throw<GraphException>(() => GraphCheck.Check(graph));

        refusal.Message.ShouldContain("2 problem(s)");
        refusal.Message.ShouldContain("2 values are called 'a'");
        refusal.Message.ShouldContain("output 'ghost'");
    }

    [Fact]
    public void A_long_list_of_problems_is_cut()
    {
        var graph = GraphSamples.Chain("a");
        for (var i = 0; i < 100; i++) graph.AddOutput(graph.NewValue($"ghost{i}"));

        Should.Throw<GraphException>(() => GraphCheck.Check(graph)).Message.ShouldContain("and 80 more");
    }

    [Fact]
    public void A_constant_without_elements_is_found()
    {
        var graph = GraphSamples.Chain("a");
        graph.AddConstant("w", Tensor.Scalar(1f)).Constant = null;

        GraphCheck.FindProblems(graph).ShouldBe(["the constant 'w' has no elements"]);
    }
}
