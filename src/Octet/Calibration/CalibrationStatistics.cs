using Octet.Data;

namespace Octet.Calibration;

/// <summary>
/// What a run of calibration measured, whole or of a part of the data: the observer of each value, and which samples it saw of which data
/// with which model. Statistics of parts merge into those of the whole; order and grouping change no bit.
/// </summary>
public sealed record CalibrationStatistics
{
    /// <summary>A digest of the prepared model: only statistics of one model can be merged.</summary>
    public required string Model { get; init; }

    /// <summary>A digest of the names of all samples, of which these may be a part.</summary>
    public required string Data { get; init; }

    /// <summary>How many samples the whole data has.</summary>
    public required int TotalSamples { get; init; }

    /// <summary>The samples that were run, in order, without overlap; neighbouring spans are joined.</summary>
    public required IReadOnlyList<SampleSpan> Seen { get; init; }

    /// <summary>Names of samples that could not be read, in ordinal order; they are among the spans but were not measured.</summary>
    public IReadOnlyList<string> Skipped { get; init; } = [];

    /// <summary>By the name of the value, in the order of the graph.</summary>
    public required IReadOnlyDictionary<string, IObserver> Observers { get; init; }

    /// <summary>Samples that are carried along for steps that run them again.</summary>
    internal SampleStore Store { get; init; } = SampleStore.Empty;

    /// <summary>How many samples were measured.</summary>
    public int Samples => Seen.Sum(span => span.Count) - Skipped.Count;

    /// <summary>Whether all of the data was seen.</summary>
    public bool IsComplete => Seen is [{ From: 0 } only] && only.End == TotalSamples;

    /// <summary>The statistics of all parts together.</summary>
    /// <param name="parts">At least one; by the name of the file they come from, for messages. They stay as they are.</param>
    /// <exception cref="CalibrationException">The parts are of different models or data, overlap, or measured different things; the message
    /// lists all that is wrong.</exception>
    public static CalibrationStatistics Merge(IReadOnlyList<(string Source, CalibrationStatistics Statistics)> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        var (firstSource, first) = parts[0];
        var problems = parts.Skip(1)
            .SelectMany(part => first.Differences(part.Statistics).Select(difference => $"'{part.Source}' {difference} '{firstSource}'"))
            .ToList();
        var spans = parts.SelectMany(part => part.Statistics.Seen.Select(span => (span, part.Source))).OrderBy(entry => entry.span.From)
            .ToArray();
        foreach (var (before, after) in spans.Zip(spans.Skip(1)))
        {
            if (after.span.From < before.span.End)
                problems.Add($"'{after.Source}' and '{before.Source}' both saw samples {after.span.From + 1} to "
                    + $"{Math.Min(after.span.End, before.span.End)}");
        }
        if (problems.Count > 0)
            throw new CalibrationException("These calibration tables cannot be merged:"
                + $"{string.Concat(problems.Select(problem => $"{Environment.NewLine}  {problem}"))}");

        return first with
        {
            Observers = first.Observers.Keys.ToDictionary(name => name,
                name => Merged([.. parts.Select(part => part.Statistics.Observers[name])])),
            Store = SampleStore.Merge([.. parts.Select(part => part.Statistics.Store)]),
            Seen = SampleSpan.Join(spans.Select(entry => entry.span)),
            Skipped = [.. parts.SelectMany(part => part.Statistics.Skipped).Order(StringComparer.Ordinal)],
        };
    }

    /// <summary>Whether all of some statistics of a value were measured.</summary>
    internal bool Has(string value, IEnumerable<Statistic> statistics) => Observers.TryGetValue(value, out var observer)
        && (observer is not ObserverSet set || statistics.All(set.Has));

    /// <summary>The samples that are carried along, for work that runs some of them again.</summary>
    /// <param name="reruns">Those that it needs.</param>
    /// <param name="who">What the work is, as the beginning of a sentence.</param>
    /// <exception cref="CalibrationException">They are not all there.</exception>
    internal ISampleSource SamplesFor(SampleSelection reruns, string who)
    {
        if (!Store.Selection.Covers(reruns.Within(TotalSamples), TotalSamples))
            throw CalibrationException.CarriesTooFew(who, Store.Samples.Count());
        return IsComplete ? Store : throw CalibrationException.IsOfPart(who, Seen.Sum(span => span.Count), TotalSamples);
    }

    static IObserver Merged(IReadOnlyList<IObserver> observers)
    {
        var merged = observers[0].CreateEmpty();
        foreach (var observer in observers) merged.Merge(observer);
        return merged;
    }

    /// <summary>Why these statistics and others do not belong together.</summary>
    IEnumerable<string> Differences(CalibrationStatistics other)
    {
        if (other.Model != Model) yield return "was measured with another model, or with other preprocessing, than";
        if (other.Data != Data || other.TotalSamples != TotalSamples) yield return "is a part of other data than";
        else if (!other.Observers.Keys.ToHashSet().SetEquals(Observers.Keys)) yield return "measured other values than";
        else if (other.Store.Selection != Store.Selection) yield return "carries other samples along, for another recipe, than";
        else if (Observers.Any(entry => !ObserverSet.AreAlike(entry.Value, other.Observers[entry.Key])))
            yield return "measured other statistics, or with another number of bins, than";
    }
}
