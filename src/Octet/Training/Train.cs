using System.IO.Enumeration;
using Octet.Data;
using Octet.Planning;

namespace Octet.Training;

/// <summary>
/// Trains the model with its integers in it. Without labels the float model is the teacher, so that calibration samples are enough. Some
/// samples are held back and judge each epoch; the best state is kept, and it is the model as the steps before left it where training finds
/// none that is better.
/// </summary>
public sealed record Train : QuantizationStep
{
    /// <inheritdoc/>
    public override string Name => "train";

    internal override StepStage Stage => StepStage.Integers;

    /// <summary>
    /// Optimizer, rates, schedule and length. Empty losses follow from <see cref="TeacherShare"/>; a batch is no greater than there are
    /// samples; without a validation samples are held back for one.
    /// </summary>
    public TrainingOptions Options { get; init; } = Usual;

    /// <summary>What to train with; null for the calibration samples.</summary>
    public TrainingData? Data { get; init; }

    /// <summary>What becomes of scales; null for what suits the recipe: <see cref="QuantizedTraining.QuantizersFor"/>.</summary>
    public QuantizerTraining? Quantizers { get; init; }

    /// <summary>The share of the float model in the loss, 0 to 1; the rest is cross entropy with labels. Null for 0 with labels and 1
    /// without.</summary>
    public double? TeacherShare { get; init; }

    /// <summary>The temperature of scores: <see cref="TeacherScoreLoss"/>.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>How classes are softened: <see cref="ClassLoss"/>.</summary>
    public double Smoothing { get; init; }

    /// <summary>The share of samples that are held back to judge; above 0, below 1. Without effect where
    /// <see cref="TrainingOptions.Validate"/> judges.</summary>
    public double HoldOut { get; init; } = 0.125;

    /// <summary>What stays as it is: names of constants or of the layers that read them; <c>*</c> stands for any characters, <c>?</c> for
    /// one.</summary>
    public IReadOnlyList<string> Frozen { get; init; } = [];

    /// <summary>Random changes of pictures; null for none.</summary>
    public Augmentation? Augmentation { get; init; }

    /// <summary>Is filled with what was trained with, and what it gave.</summary>
    internal TrainingAccount? Account { get; init; }

    /// <summary>What is usual for a short recovery: 200 batches of 16, Adam at 1e-5 falling along a cosine; thresholds move until two
    /// thirds of the run, by one power of two at most.</summary>
    public static TrainingOptions Usual { get; } = new()
    {
        Optimizer = new AdamOptimizer(),
        LearningRate = 1e-5,
        Batch = 16,
        Steps = 200,
        QuantizersUntil = 0.67,
        Plan = new() { BatchStatistics = false, QuantizerReach = 1 },
    };

    /// <summary>TQT's rate: steps of a logarithm do not depend on how large weights are.</summary>
    const double ThresholdRate = 1e-2;

    internal override IReadOnlyList<QuantizationDraft> Apply(QuantizationDraft draft, StepContext context)
    {
        var model = draft.Quantized ?? throw new InvalidOperationException($"{Name} comes before the choice of ranges.");
        var all = Data ?? new(context.Samples);
        var (data, heldOut) = Options.Validate is null ? HeldOutLoss.Divide(all, HoldOut) : (all, all);
        var losses = LossesFor(draft, all);
        var teacher = losses.All(loss => loss is ClassLoss) ? null : Options.Teacher ?? draft.Reference;
        var kind = Quantizers ?? QuantizedTraining.QuantizersFor(model);
        var isFrozen = FrozenIn(draft);
        var options = Options with
        {
            Losses = losses,
            Teacher = teacher,
            Batch = Data is null ? Math.Min(Options.Batch, data.Samples.Count) : Options.Batch,
            QuantizerRate = Options.QuantizerRate ?? (kind == QuantizerTraining.LearnedThresholds ? ThresholdRate : null),
            Validate = Options.Validate ?? new HeldOutLoss(heldOut, losses, teacher, context.Run, context.Cancel).Judge,
            Progress = Options.Progress ?? context.Run.Progress,
            Plan = Options.Plan with
            {
                Quantizers = kind,
                Frozen = isFrozen,
                Threads = Math.Max(Options.Plan.Threads, context.Run.EffectiveThreads(int.MaxValue))
            },
        };
        var (trained, epochs) =
            QuantizedTraining.Train(model, data with { Augmentation = Augmentation ?? data.Augmentation }, options, context.Cancel);
        if (Account is not null) (Account.Samples, Account.Batch, Account.Epochs) = (data.Samples.Count, options.Batch, epochs);
        return [trained == model ? draft : draft.WithTuned(trained, trained.Plan.Graph)];
    }

    IReadOnlyList<TrainingLoss> LossesFor(QuantizationDraft draft, TrainingData data)
    {
        if (Options.Losses.Count > 0) return Options.Losses;
        var share = TeacherShare ?? (data is { Classes: null, Masks: null } ? 1 : 0);
        return [.. share < 1 ? [new ClassLoss(Smoothing, Weight: 1 - share)] : Array.Empty<TrainingLoss>(),
            .. share > 0 ? TeacherTerms.Of(draft.Reference, Temperature, share) : []];
    }

    /// <exception cref="TrainingException">A name fits nothing in the model.</exception>
    Func<string, bool> FrozenIn(QuantizationDraft draft)
    {
        if (Frozen.Count == 0) return Options.Plan.Frozen;
        var namesOf =
            draft.Plan.Graph.Constants.ToDictionary(constant => constant.Name,
                constant => constant.Consumers.Select(node => node.Name).Prepend(constant.Name).ToArray());
        if (Frozen.Where(pattern => !namesOf.Values.Any(names => names.Any(name => Fits(pattern, name))))
            .ToArray() is { Length: > 0 } useless)
        {
            throw new TrainingException($"Recipe {draft.Recipe} freezes what the model has not: {string.Join(", ", useless)}. Give names "
                + "of layers or of their weights.");
        }
        return name => Options.Plan.Frozen(name)
            || (namesOf.TryGetValue(name, out var names) && Frozen.Any(pattern => names.Any(other => Fits(pattern, other))));

        static bool Fits(string pattern, string name) =>
            name == pattern
            || (pattern.AsSpan().ContainsAny('*', '?') && FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false));
    }
}

/// <summary>What a training step did.</summary>
sealed class TrainingAccount
{
    /// <summary>Samples that were trained with; those for validation are not among them.</summary>
    public int Samples { get; set; }

    /// <summary>Samples in a batch.</summary>
    public int Batch { get; set; }

    public IReadOnlyList<TrainingEpoch> Epochs { get; set; } = [];
}
