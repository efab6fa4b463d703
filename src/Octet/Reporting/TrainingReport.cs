using Octet.Evaluation;

namespace Octet.Reporting;

/// <summary>What a training run gave.</summary>
public sealed record TrainingReport
{
    /// <summary>The model that was written.</summary>
    public required string Output { get; init; }

    /// <summary>How many processes shared the samples; null where one did all.</summary>
    public int? Ranks { get; init; }

    /// <summary>All samples that were given.</summary>
    public int Samples { get; init; }

    /// <summary>Samples that were trained with; the others were held back to judge.</summary>
    public int TrainedSamples { get; init; }

    /// <summary>Samples in a batch.</summary>
    public int Batch { get; init; }

    /// <summary>Samples that each epoch leaves over, because batches are whole; another order takes others.</summary>
    public int LeftOver => Batch == 0 ? 0 : Steps * Batch < TrainedSamples ? (int)(TrainedSamples - Steps * Batch) : TrainedSamples % Batch;

    /// <summary>Steps of the whole run.</summary>
    public long Steps { get; init; }

    /// <summary>In their order; those of a run that was resumed among them.</summary>
    public IReadOnlyList<EpochReport> Epochs { get; init; } = [];

    /// <summary>The judgement before the first step, as that of each epoch; null where nothing judges.</summary>
    public double? Start { get; init; }

    /// <summary>Accuracy of the model that was given; null without labelled samples.</summary>
    public Accuracy? Float { get; init; }

    /// <summary>Accuracy of the calibrated and tuned integer model before training; null where floats are trained, or without labelled
    /// samples.</summary>
    public Accuracy? Calibrated { get; init; }

    /// <summary>Accuracy of the trained model; null without labelled samples.</summary>
    public Accuracy? Trained { get; init; }

    /// <summary>How long the whole run took.</summary>
    public double Seconds { get; init; }
}

/// <summary>What an epoch gave.</summary>
/// <param name="Epoch">1 for the first.</param>
/// <param name="Steps">Steps so far.</param>
/// <param name="Loss">Mean of the loss.</param>
/// <param name="LearningRate">That of the last step.</param>
/// <param name="Validation">Percent right; without labelled samples the loss on samples that were held back, negative. The greatest is
/// kept.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record EpochReport(int Epoch, long Steps, double Loss, double LearningRate, double? Validation, double Seconds);
