using Octet.Data;
using Octet.Evaluation;
using Octet.Graphs;
using Octet.Running;
using Octet.Tensors;

namespace Octet.Tests.Evaluation;

public sealed class ClassificationTests
{
    [Fact]
    public void Shares_of_right_answers_are_counted_among_the_best_scores()
    {
        // The scores are the input: the best class is 6, and class 1 is not among the best five.
        var accuracy = new Classification([6, 5, 2, 1]).Evaluate(Identity(), Equal(4, 0, 1, 2, 3, 4, 5, 6));

        accuracy.Figures.Select(figure => (figure.Key, figure.Percent)).ShouldBe([("top1", 25), ("top5", 75)]);
    }

    [Fact]
    public void Labels_of_another_model_are_told_all_at_once()
    {
        var message =
            Should.Throw<SampleException>(() => new Classification([0, 99, 3, 2]).Evaluate(Identity(), Equal(4, 1, 2, 3))).Message;

        message.ShouldStartWith("2 of 4 labels are classes that the model does not know: they go up to 99, but it gives 3 scores, for "
            + "classes 0 to 2.");
    }

    static Session Identity()
    {
        var graph = new Graph { Name = "net", Opsets = { [""] = 13 } };
        graph.AddOutput(
            graph.Add("Identity", [graph.AddInput("x", DataType.Float32, new SymbolicShape(1, new Dimension(null, "N")))], "y"));
        return new(graph);
    }

    /// <summary>Samples that are all the same.</summary>
    static MadeSamples Equal(int count, params float[] values) =>
        MadeSamples.Of("x", [1, values.Length], [.. Enumerable.Repeat(values, count)]);
}
