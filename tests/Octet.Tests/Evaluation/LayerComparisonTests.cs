using Octet.Evaluation;
using Octet.Graphs;
using Octet.Tensors;
using Octet.Tests.Calibration;

namespace Octet.Tests.Evaluation;

public sealed class LayerComparisonTests
{
    static readonly MadeSamples Samples = MadeSamples.Of("x", [1, 3], [[1, 2, 3], [-1, 0, 2]]);

    [Fact]
    public void Outputs_of_other_types_and_outputs_named_twice_do_not_disturb_the_figures()
    {
        var (reference, other) = (Classifier(factor: 2), Classifier(factor: 3));

        var result = LayerComparison.Compare(reference, other, Samples);

        result.Layers.Select(layer => layer.Name).ShouldBe(["hidden"]);
        result.Outputs.Select(layer => layer.Name).ShouldBe(["y"]);
        result.Outputs[0].SqnrDb.ShouldBe(20 * Math.Log10(2), 1e-9);
    }

    [Fact]
    public void Values_that_follow_from_constants_are_compared_like_others()
    {
        var (reference, other) = (Scaled(2), Scaled(2));

        var result = LayerComparison.Compare(reference, other, Samples);

        result.Layers.Select(layer => (layer.Name, layer.SqnrDb)).ShouldBe([("scale", double.PositiveInfinity)]);
        result.Outputs[0].SqnrDb.ShouldBe(double.PositiveInfinity);
    }

    /// <summary>Of the elements over 1.5 the first sample has two and the second one; with 1.6 added, three and two.</summary>
    [Fact]
    public void Values_whose_size_depends_on_data_are_compared_where_both_have_the_same()
    {
        var result = LayerComparison.Compare(Chosen(added: 0), Chosen(added: 1.6f),
            MadeSamples.Of("x", [1, 3], [[1, 2, 3], [-1, 0, 2]]));

        result.Outputs.Select(output => output.Name).ShouldBe(["sum"]);
        result.Unlike.ShouldBe([new("y", 2, 2)]);
        result.Unlike[0].ToString().ShouldBe("y has another size in the integer model for 2 of 2 samples, which are not compared");

        static Graph Chosen(float added)
        {
            var graph = new Graph { Name = "chosen", Opsets = { [""] = 13 } };
            var sum = graph.Add("Add",
                [graph.AddInput("x", DataType.Float32, new SymbolicShape(1, 3)), graph.AddConstant("c", Tensor.Scalar(added))], "sum");
            var flat = graph.Add("Flatten", [sum], "flat", new() { ["axis"] = 0L });
            var row = graph.Add("Squeeze", [flat, graph.AddConstant("axes", Tensor.Vector(0))], "row");
            var high = graph.Add("Greater", [row, graph.AddConstant("limit", Tensor.Scalar(1.5f))], "high");
            graph.AddOutput(sum);
            graph.AddOutput(graph.Add("Compress", [row, high], "y"));
            ShapeInference.Annotate(graph);
            return graph;
        }
    }

    [Fact]
    public void Models_of_which_neither_was_made_from_the_other_are_refused()
    {
        Refused(Single("y", 3), Single("z", 3))
            .ShouldContain("no float32 value in common, and values are matched by their names: one gives 'y', the other 'z'.");
        Refused(Single("y", 3), Single("y", 1)).ShouldContain("The value 'y' is [1, 3] in one model and [3, 3] in the other");

        static string Refused(Graph one, Graph other) =>
            Should.Throw<ComparisonException>(() => LayerComparison.Compare(one, other, Samples)).Message;

        static Graph Single(string name, int columns)
        {
            var graph = new Graph { Name = "single", Opsets = { [""] = 13 } };
            var constant = graph.AddConstant("c", Tensor.Of([3 / columns, columns], [.. Enumerable.Repeat(1f, 3)]));
            graph.AddOutput(graph.Add("Add", [graph.AddInput("x", DataType.Float32, new SymbolicShape(1, 3)), constant], name));
            ShapeInference.Annotate(graph);
            return graph;
        }
    }

    [Fact]
    public void A_model_that_rounds_is_equal_to_itself_before_and_behind_each_rounding()
    {
        Graph Rounded()
        {
            var graph = new Graph { Name = "rounded", Opsets = { [""] = 13 } };
            var x = graph.AddInput("x", DataType.Float32, new(1, 3));
            Value[] parameters = [graph.AddConstant("scale", Tensor.Scalar(0.3f))];
            var integers = graph.Add("QuantizeLinear", [graph.Add("Relu", [x], "hidden"), .. parameters], "integers");
            graph.AddOutput(graph.Add("Neg", [graph.Add("DequantizeLinear", [integers, .. parameters], "back")], "y"));
            ShapeInference.Annotate(graph);
            return graph;
        }

        var result = LayerComparison.Compare(Rounded(), Rounded(), Samples);

        result.Layers.Select(layer => (layer.Name, layer.SqnrDb))
            .ShouldBe([("hidden", double.PositiveInfinity), ("back", double.PositiveInfinity)]);
    }

    /// <summary>y = relu(x) · factor, twice, and the place of its greatest element.</summary>
    static Graph Classifier(float factor)
    {
        var graph = new Graph { Name = "classifier", Opsets = { [""] = 13 } };
        var x = graph.AddInput("x", DataType.Float32, new(1, 3));
        var y = graph.Add("Mul", [graph.Add("Relu", [x], "hidden"), graph.AddConstant("factor", Tensor.Scalar(factor))], "y");
        graph.AddOutput(y);
        graph.AddOutput(y);
        graph.AddOutput(graph.Add("ArgMax", [y], "place", new() { ["axis"] = 1L }));
        ShapeInference.Annotate(graph);
        return graph;
    }

    /// <summary>y = x · −(−factor), whose factor the graph computes.</summary>
    static Graph Scaled(float factor)
    {
        var graph = new Graph { Name = "scaled", Opsets = { [""] = 13 } };
        var x = graph.AddInput("x", DataType.Float32, new(1, 3));
        graph.AddOutput(graph.Add("Mul", [x, graph.Add("Neg", [graph.AddConstant("factor", Tensor.Scalar(-factor))], "scale")], "y"));
        ShapeInference.Annotate(graph);
        return graph;
    }
}
