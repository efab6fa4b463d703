using Octet.Graphs;
using Octet.Passes;
using Octet.Pipeline;
using Octet.Planning;
using Octet.Tensors;

namespace Octet.Tests.Passes;

public sealed class UnpackWeightsTests
{
    /// <summary>y = x · (0.5 · w), with w of 8 bits.</summary>
    static Graph Stored(bool roundsInput)
    {
        var graph = new Graph { Name = "stored", Opsets = { [""] = 13 } };
        var x = graph.AddInput("x", DataType.Float32, new(1, 2));
        var (scale, zero) = (graph.AddConstant("scale", Tensor.Scalar(0.5f)), graph.AddConstant("zero", Tensor.Scalar((sbyte)0)));
        if (roundsInput) x = graph.Add("DequantizeLinear", [graph.Add("QuantizeLinear", [x, scale, zero], "q"), scale, zero], "rounded");
        var weights = graph.AddConstant("w", Tensor.Of<sbyte>([2, 3], 1, -2, 3, 4, -5, 127));
        graph.AddOutput(graph.Add("MatMul", [x, graph.Add("DequantizeLinear", [weights, scale, zero], "weights")], "y"));
        ShapeInference.Annotate(graph);
        return graph;
    }

    [Fact]
    public void A_float_model_with_stored_weights_is_taken()
    {
        var graph = Stored(roundsInput: false);

        graph.ShouldComputeTheSameAfter(() => new UnpackWeights().Apply(graph).ShouldBe(1));
        graph.Constants.Single(constant => constant.Name == "weights").Constant!.Floats.ToArray()
            .ShouldBe([0.5f, -1, 1.5f, 2, -2.5f, 63.5f]);

        var model = Quantizer.Prepare(new() { Graph = Stored(roundsInput: false) });
        Planner.Plan(model.Graph, Recipes.Fast).Weights.ShouldHaveSingleItem().Weight.Name.ShouldBe("weights");
    }

    [Fact]
    public void A_model_that_rounds_its_values_stays_as_it_is() => new UnpackWeights().Apply(Stored(roundsInput: true)).ShouldBe(0);
}
