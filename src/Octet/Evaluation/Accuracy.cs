namespace Octet.Evaluation;

/// <summary>How good a model's answers are.</summary>
/// <param name="Figures">In percent, the one that decides first.</param>
/// <param name="Samples">How many were judged.</param>
/// <param name="Seconds">Wall time of the whole evaluation, decoding included.</param>
public sealed record Accuracy(IReadOnlyList<AccuracyFigure> Figures, int Samples, double Seconds)
{
    /// <summary>The name of the figure that decides: <c>top-1</c>, <c>mIoU</c> or <c>AP50:95</c>.</summary>
    public string Metric => Figures[0].Name;

    /// <summary>The figure that decides, in percent.</summary>
    public double Value => Figures[0].Percent;

    /// <summary>What was noted of each sample; null where an accuracy was put together from figures alone.</summary>
    internal JudgedSamples? Judged { get; init; }

    /// <summary>How much another model differs from this one on the same samples, with its interval.</summary>
    /// <param name="other">What the same metric found of the other model.</param>
    /// <returns>Null where the samples of both are not known one by one.</returns>
    public AccuracyDifference? DifferenceTo(Accuracy other) => other.Judged is { } theirs ? Judged?.To(theirs) : null;

    /// <summary>Two accuracies are equal where their figures are.</summary>
    public bool Equals(Accuracy? other) => other is not null && Figures.SequenceEqual(other.Figures) && Samples == other.Samples;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Figures[0], Samples);
}

/// <summary>One figure of an <see cref="Accuracy"/>.</summary>
/// <param name="Key">For files: <c>top1</c>.</param>
/// <param name="Name">For people: <c>top-1</c>.</param>
/// <param name="Percent">0..100; higher is better.</param>
public sealed record AccuracyFigure(string Key, string Name, double Percent);
