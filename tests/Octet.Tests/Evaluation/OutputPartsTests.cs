using Octet.Data;
using Octet.Evaluation;
using Octet.Graphs;
using Octet.Planning;
using Octet.Tensors;
using Octet.Tests.Calibration;

namespace Octet.Tests.Evaluation;

public sealed class OutputPartsTests
{
    /// <summary>Offsets of hundreds beside probabilities; the factor makes the second model differ from the first in one of them.</summary>
    static Graph Detector(float offset = 1, float score = 1)
    {
        var graph = new Graph { Name = "head", Opsets = { [""] = 13 } };
        var x = graph.AddInput("x", DataType.Float32, new(1, 4));
        var offsets = graph.Add("Mul", [x, graph.AddConstant("hundreds", Tensor.Of([], 100 * offset))], "offsets");
        var scores = graph.Add("Sigmoid", [graph.Add("Mul", [x, graph.AddConstant("factor", Tensor.Of([], score))], "logits")], "scores");
        graph.AddOutput(graph.Add("Concat", [offsets, scores], "y", new() { ["axis"] = 1L }));
        ShapeInference.Annotate(graph);
        return graph;
    }

    static readonly MadeSamples Samples = MadeSamples.Of("x", [1, 4], [[1, -2, 3, -4], [0.5f, 1, -1, 2]]);

    [Fact]
    public void Noise_of_scores_is_seen_beside_boxes_that_are_hundreds_of_times_as_large()
    {
        var (reference, wrong) = (Detector(), Detector(score: 0.5f));

        new OutputComparison(reference, Samples).Compare(wrong).ShouldHaveSingleItem().SqnrDb.ShouldBeGreaterThan(50);
        var parts = new OutputComparison(reference, Samples, parts: FloatTail.PartsOf(reference)).Compare(wrong);
        parts.Select(part => part.SqnrDb).Min().ShouldBeLessThan(15);
        parts.Select(part => part.SqnrDb).Max().ShouldBe(double.PositiveInfinity);
    }

    [Fact]
    public void A_model_without_such_parts_is_compared_as_a_whole()
    {
        var reference = Detector();
        OutputParts[] unknown = [new("y", ["nothing"])];

        new OutputComparison(reference, Samples, parts: unknown).Compare(Detector(offset: 2)).ShouldHaveSingleItem()
            .SqnrDb.ShouldBe(new OutputComparison(reference, Samples).Compare(Detector(offset: 2))[0].SqnrDb);
    }
}
