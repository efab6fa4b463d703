using Octet.Cluster;
using Octet.Foundation;
using Octet.Graphs;

namespace Octet.Training;

/// <summary>How a network is trained.</summary>
public sealed record TrainingOptions
{
    /// <summary>The terms of the loss; empty for what suits: the classes or masks of the data where it has them, else all outputs of the
    /// teacher.</summary>
    public IReadOnlyList<TrainingLoss> Losses { get; init; } = [];

    /// <summary>The network whose outputs a teacher's loss follows, in float; null without one.</summary>
    public Graph? Teacher { get; init; }

    /// <summary>How gradients become changes; SGD with momentum 0.9 unless something else is said.</summary>
    public TrainingOptimizer Optimizer { get; init; } = new SgdOptimizer();

    /// <summary>The learning rate of weights, before the schedule.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>The learning rate of scales and thresholds; null takes that of weights.</summary>
    public double? QuantizerRate { get; init; }

    /// <summary>How the learning rate goes on over the steps; a cosine from 1 to 0 unless something else is said.</summary>
    public LearningSchedule Schedule { get; init; } = new CosineSchedule();

    /// <summary>The share of the run after which learned scales and thresholds stay as they are, 0 to 1, so that weights settle on grids
    /// that no longer move.</summary>
    public double QuantizersUntil { get; init; } = 1;

    /// <summary>Samples in a batch.</summary>
    public int Batch { get; init; } = 32;

    /// <summary>Times that all samples pass by.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>Steps of the whole run; null lets <see cref="Epochs"/> say.</summary>
    public long? Steps { get; init; }

    /// <summary>Orders samples and changes them; the same seed gives the same bits.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Longest gradient of all weights together, as a Euclidean length; longer ones are shortened. Null for no limit.</summary>
    public double? MaxGradient { get; init; }

    /// <summary>How much of a moving average of the weights stays at each step, whose end is what training gives; 0 for none, 0.999 is
    /// usual.</summary>
    public double WeightAverage { get; init; }

    /// <summary>What is done about weights that hop between two integers; of use for 4 bits and below.</summary>
    public OscillationRule Oscillations { get; init; } = new();

    /// <summary>Batches over which normalizations estimate their statistics again at the end; 0 for none.</summary>
    public int StatisticsBatches { get; init; }

    /// <summary>
    /// Judges a network before the first step and after each epoch: higher is better, and the best is kept, so that the result is never
    /// worse than the beginning. Null keeps the last.
    /// </summary>
    public Func<Graph, double>? Validate { get; init; }

    /// <summary>Epochs without a better judgement after which training ends; null for never.</summary>
    public int? Patience { get; init; }

    /// <summary>
    /// Processes that train together: each takes its share of every batch, and the gradients are averaged, so that all hold the same bits
    /// after each step. All of them have to train with the same options; rank 0 writes the checkpoint, reports and logs.
    /// </summary>
    public IRankGroup Ranks { get; init; } = RankGroup.Alone;

    /// <summary>Samples of a batch that one rank takes.</summary>
    internal int Share => Batch / Ranks.Count;

    /// <summary>Whether this process is the one that writes, reports and logs.</summary>
    internal bool IsFirst => Ranks.Rank == 0;

    /// <summary>Reports a step, on rank 0 alone.</summary>
    /// <param name="done">Steps that are done.</param>
    /// <param name="all">Steps of the whole run.</param>
    internal void ReportProgress(long done, long all)
    {
        if (IsFirst) Progress?.Report(new("train", (int)Math.Min(int.MaxValue, done), (int)Math.Min(int.MaxValue, all)));
    }

    /// <summary>Where the state of training is written after each epoch, and when it is cancelled; null for nowhere.</summary>
    public string? Checkpoint { get; init; }

    /// <summary>Whether to go on from <see cref="Checkpoint"/>; the result has the bits of a run that was never stopped.</summary>
    public bool Resume { get; init; }

    /// <summary>What is trained, and how a step runs.</summary>
    public TrainingPlanOptions Plan { get; init; } = Usual;

    static TrainingPlanOptions Usual { get; } = new();

    /// <summary>Told after each step; null for no reports.</summary>
    public IProgress<StepProgress>? Progress { get; init; }

    /// <summary>Is told of every epoch.</summary>
    public Action<TrainingEpoch>? Log { get; init; }
}

/// <summary>What an epoch gave.</summary>
/// <param name="Epoch">1 for the first.</param>
/// <param name="Steps">Steps so far.</param>
/// <param name="Loss">Mean of the loss.</param>
/// <param name="LearningRate">That of the last step.</param>
/// <param name="Validation">The judgement; null without one.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record TrainingEpoch(int Epoch, long Steps, double Loss, double LearningRate, double? Validation, double Seconds);
