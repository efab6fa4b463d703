using Octet.Graphs;
using Octet.Passes;
using Octet.Pipeline;
using Octet.Planning;
using Octet.Tensors;

namespace Octet.Tests.Passes;

public sealed class FoldConstantsTests
{
    /// <summary>A table of 64 · 256 numbers, made of a row and a column by an addition, which is added to x; then a layer.</summary>
    static Graph WithTable(int rows)
    {
        var graph = new Graph { Name = "table", Opsets = { [""] = 13 } };
        var x = graph.AddInput("x", DataType.Float32, new(rows, 256));
        var table = graph.Add("Add",
            [graph.AddConstant("row", RandomTensors.Of(1, 1, 256)), graph.AddConstant("column", RandomTensors.Of(2, rows, 1))], "table");
        var product = graph.Add("MatMul", [graph.Add("Add", [x, table], "sum"), graph.AddConstant("w", RandomTensors.Of(3, 256, 4))], "y");
        graph.AddOutput(product);
        ShapeInference.Annotate(graph);
        return graph;
    }

    [Fact]
    public void A_few_nodes_are_not_replaced_by_a_large_table_in_a_file_but_before_a_run()
    {
        var graph = WithTable(rows: 64);

        new FoldConstants().Apply(graph).ShouldBe(0);
        graph.ShouldComputeTheSameAfter(() => new FoldConstants { UnpackWeights = true }.Apply(graph).ShouldBe(1));
    }

    [Fact]
    public void Small_results_and_weights_are_folded_whatever_they_follow_from()
    {
        new FoldConstants().Apply(WithTable(rows: 8)).ShouldBe(1);

        var graph = new Graph { Name = "weights", Opsets = { [""] = 13 } };
        var weights =
            graph.Add("Expand", [graph.AddConstant("w", RandomTensors.Of(3, 256, 1)), graph.AddConstant("shape", Tensor.Vector(256, 64))],
                "wide");
        graph.AddOutput(graph.Add("MatMul", [graph.AddInput("x", DataType.Float32, new(1, 256)), weights], "y"));
        new FoldConstants().Apply(graph).ShouldBe(1);
    }

    [Fact]
    public void What_makes_a_table_stays_in_floats_and_the_file_small()
    {
        var model = Quantizer.Prepare(new() { Graph = WithTable(rows: 64) });

        var plan = Planner.Plan(model.Graph, Recipes.Fast);

        plan.FloatNodes.ShouldHaveSingleItem().Output.Name.ShouldBe("table");
        plan.Groups.SelectMany(group => group.Values).Select(value => value.Name).ShouldBe(["x", "table", "sum"], ignoreOrder: true);
    }
}
