using Octet.Data;
using Octet.Planning;

namespace Octet.Training;

/// <summary>
/// A step of a recipe that trains, and so runs its own epochs. Without labels the float model is the teacher, so that calibration samples
/// are enough. Some samples are held back and judge each epoch; the best state is kept, and it is the model as the steps before left it
/// where training finds none that is better.
/// </summary>
public abstract record TrainingStep : QuantizationStep
{
    private protected TrainingStep() { }

    internal override StepStage Stage => StepStage.Integers;

    internal override SampleSelection Reruns(QuantizationDraft draft) => Data is null ? SampleSelection.All : default;

    /// <summary>
    /// Optimizer, rates, schedule and length. Empty losses follow from <see cref="TeacherShare"/>; a batch is no greater than there are
    /// samples; without a validation samples are held back for one.
    /// </summary>
    public TrainingOptions Options { get; init; } = new();

    /// <summary>What to train with; null for the calibration samples.</summary>
    public TrainingData? Data { get; init; }

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

    /// <summary>Random changes of pictures; null for none. Those of <see cref="Data"/> go before; samples are mixed only where there
    /// are no labels in the loss.</summary>
    public Augmentation? Augmentation { get; init; }

    /// <summary>Is filled with what was trained with, and what it gave.</summary>
    internal TrainingAccount? Account { get; init; }

    /// <summary>The data to train with, and options in which losses, teacher, batch and validation are filled in.</summary>
    private protected (TrainingData Data, TrainingOptions Options) Prepare(QuantizationDraft draft, StepContext context)
    {
        var all = Data ?? new(context.Samples);
        var (data, heldOut) = Options.Validate is null ? HeldOutLoss.Divide(all, HoldOut) : (all, all);
        var losses = LossesFor(draft, all);
        var teacher = losses.All(loss => loss is ClassLoss) ? null : Options.Teacher ?? draft.Reference;
        var options = Options with
        {
            Losses = losses,
            Teacher = teacher,
            Batch = Data is null ? Math.Min(Options.Batch, data.Samples.Count) : Options.Batch,
            Validate = Options.Validate ?? new HeldOutLoss(heldOut, losses, teacher, context.Run, context.Cancel).Judge,
            Progress = Options.Progress ?? context.Run.Progress,
            Ranks = context.Run.Ranks,
            Plan = Options.Plan with { Threads = Math.Max(Options.Plan.Threads, context.Run.EffectiveThreads(int.MaxValue)) },
        };
        // Mixtures have no labels: they are for a teacher alone.
        var augmentation = data.Augmentation
            ?? (losses.Any(loss => loss is ClassLoss) && Augmentation is { Mixes: true } mixed
                ? mixed with { Mixes = false } : Augmentation);
        return (data with { Augmentation = augmentation }, options);
    }

    private protected void Note(TrainingData data, TrainingOptions options, IReadOnlyList<TrainingEpoch> epochs, double? start)
    {
        if (Account is not null)
            (Account.Samples, Account.Batch, Account.Epochs, Account.Start) = (data.Samples.Count, options.Batch, epochs, start);
    }

    IReadOnlyList<TrainingLoss> LossesFor(QuantizationDraft draft, TrainingData data)
    {
        if (Options.Losses.Count > 0) return Options.Losses;
        var share = TeacherShare ?? (data is { Classes: null, Masks: null } ? 1 : 0);
        return [.. share < 1 ? [new ClassLoss(Smoothing, Weight: 1 - share)] : Array.Empty<TrainingLoss>(),
            .. share > 0 ? TeacherTerms.Of(draft.Reference, Temperature, share) : []];
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

    /// <summary>How the model was judged before the first step.</summary>
    public double? Start { get; set; }
}
