using Octet.Graphs;
using Octet.Tensors;

namespace Octet.Training;

/// <summary>A term of the loss for each output of a teacher, so that a network can be trained without labels.</summary>
static class TeacherTerms
{
    /// <summary>Rows of scores, [N, C] without limits, are compared as probabilities of classes; everything else, masks and boxes among it,
    /// by its values.</summary>
    /// <param name="teacher">The float network.</param>
    /// <param name="temperature">See <see cref="TeacherScoreLoss"/>.</param>
    /// <param name="weight">The share of all terms together.</param>
    /// <exception cref="TrainingException">The network has no output in float32.</exception>
    public static IReadOnlyList<TrainingLoss> Of(Graph teacher, double temperature = 1, double weight = 1)
    {
        var outputs = teacher.Outputs.Where(output => output.Type == DataType.Float32).ToArray();
        if (outputs.Length == 0)
            throw new TrainingException($"Graph '{teacher.Name}' has no float32 output that could teach; give labels.");
        return [.. outputs.Select(output => IsScores(output)
            ? (TrainingLoss)new TeacherScoreLoss(temperature, output.Name, weight / outputs.Length)
            : new TeacherValueLoss(output.Name, weight / outputs.Length))];
    }

    static bool IsScores(Value output) =>
        output.Shape is { Rank: 2 } shape && shape.Dimensions[1].Extent != 1
        && output.Producer?.Operator.OutputRange is not { IsFinite: true };
}
