using Octet.Graphs;
using Octet.Running;
using Octet.Tensors;

namespace Octet.Training;

/// <summary>What has to fit before the first step: losses to data, batches to the network, and values to the memory.</summary>
static class TrainingFit
{
    /// <summary>The terms of the loss, and those that suit where none are given.</summary>
    /// <exception cref="TrainingException">Data and losses do not fit each other.</exception>
    public static IReadOnlyList<TrainingLoss> Losses(TrainingData data, TrainingOptions options)
    {
        var isLabelled = data is not { Classes: null, Masks: null };
        var losses = options.Losses.Count > 0 ? options.Losses
            : !isLabelled && options.Teacher is { } teacher ? TeacherTerms.Of(teacher)
            : [new ClassLoss()];
        var reason = data.Samples.Count < options.Batch
            ? $"A batch takes {options.Batch} samples, but there are {data.Samples.Count}; take a smaller batch or more samples."
            : WhyNotEven(options) is { } uneven ? uneven
            : options.Teacher is null && losses.FirstOrDefault(loss => loss is not ClassLoss) is { } orphan
                ? $"{orphan.GetType().Name} follows a teacher, but none is given."
            : !isLabelled && losses.Any(loss => loss is ClassLoss)
                ? "A loss of classes needs labels, but the data has none; a teacher's loss needs none."
            : data.Augmentation is { Mixes: true } && losses.Any(loss => loss is ClassLoss)
                ? "Mixtures of samples have no labels; leave mixing out, or follow a teacher alone."
            : null;
        return reason is null ? losses : throw new TrainingException(reason);
    }

    /// <summary>Why ranks cannot take equally many samples of a batch; null where they can.</summary>
    public static string? WhyNotEven(TrainingOptions options) => options.Batch % options.Ranks.Count == 0 ? null
        : $"A batch of {options.Batch} samples cannot be shared evenly by {options.Ranks.Count} processes; take a batch that is a multiple "
            + "of their number.";

    /// <summary>The plan for the largest part of this rank's share of a batch that fits the memory. Statistics of a batch need all of it at
    /// once.</summary>
    public static (TrainingPlan Plan, int Parts) Plan(Graph network, Dictionary<string, Shape> shapes, IReadOnlyList<TrainingLoss> losses,
        TrainingOptions options)
    {
        var batch = options.Share;
        var needsWhole = options.Plan.BatchStatistics
            && network.Nodes.Any(node => node.Operator.IsNormalization && node.OpType == "BatchNormalization");
        for (var parts = 1; ; parts++)
        {
            if (batch % parts != 0) continue;
            try
            {
                return (new(network, shapes.ToDictionary(shape => shape.Key, shape => shape.Value.With(0, batch / parts)), losses,
                    options.Plan), parts);
            }
            catch (MemoryLimitException) when (parts < batch && !needsWhole) { }
        }
    }

    /// <summary>The shape of an input for a batch.</summary>
    /// <exception cref="TrainingException">More than the batch is open, or there is no axis for it.</exception>
    public static Shape BatchShape(Value input, int batch)
    {
        if (input.Shape is not { Rank: > 0 } given)
            throw new TrainingException($"Input '{input.Name}' has no axis for the samples of a batch, so the model cannot be trained.");
        var shape = given.Fill((axis, _) => axis == 0 ? batch
            : throw new TrainingException($"Input '{input.Name}' leaves its axis {axis} open; a model that is trained needs one size for "
                + "all but the batch."));
        return shape.With(0, batch);
    }
}
