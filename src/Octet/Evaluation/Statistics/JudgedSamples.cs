namespace Octet.Evaluation;

/// <summary>What a metric noted of each sample, kept so that two models can be compared sample by sample.</summary>
abstract class JudgedSamples
{
    /// <summary>How the accuracy of another model on the same samples differs from this one's; null where there is nothing to
    /// compare.</summary>
    public abstract AccuracyDifference? To(JudgedSamples other);

    /// <summary>What is doubtful about a float model that answers so; null where nothing is.</summary>
    public abstract Doubt? Doubt { get; }
}

/// <summary>The verdicts of one metric.</summary>
/// <param name="metric">Who judged.</param>
/// <param name="verdicts">One for each sample of the source; null where it was skipped.</param>
sealed class JudgedSamples<TVerdict>(Metric<TVerdict> metric, IReadOnlyList<TVerdict?> verdicts) : JudgedSamples where TVerdict : class
{
    readonly IReadOnlyList<TVerdict?> _verdicts = verdicts;

    public override Doubt? Doubt => metric.DoubtOf([.. _verdicts.OfType<TVerdict>()]);

    public override AccuracyDifference? To(JudgedSamples other)
    {
        if (other is not JudgedSamples<TVerdict> { _verdicts: var theirs } || theirs.Count != _verdicts.Count) return null;
        var both = _verdicts.Zip(theirs).Where(pair => pair is { First: not null, Second: not null }).ToArray();
        return both.Length == 0 ? null : metric.Difference([.. both.Select(pair => pair.First!)], [.. both.Select(pair => pair.Second!)]);
    }
}
