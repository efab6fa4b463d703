using Octet.Numerics;

namespace Octet.Calibration;

/// <summary>Several observers that see the same values, so that one pass over the data serves every method.</summary>
sealed class ObserverSet : IObserver
{
    readonly Dictionary<Statistic, IObserver> _observers;

    /// <summary>The observer, where there is but one.</summary>
    readonly IObserver? _only;

    /// <param name="statistics">What to measure; equal statistics share an observer.</param>
    public ObserverSet(IEnumerable<Statistic> statistics)
        : this(WithoutRepetition([.. statistics.Distinct()])
            .Select(statistic => KeyValuePair.Create(statistic, statistic.CreateObserver())))
    { }

    internal ObserverSet(IEnumerable<KeyValuePair<Statistic, IObserver>> observers)
    {
        _observers = observers.ToDictionary();
        _only = _observers.Count == 1 ? _observers.Values.First() : null;
    }

    /// <summary>What several sets have measured of one value, each something else; that of channels last, for the first one gives the
    /// range.</summary>
    public static ObserverSet Joined(IReadOnlyList<ObserverSet> sets) => sets is [var only] ? only : new(
        sets.SelectMany(set => set._observers).DistinctBy(entry => entry.Key).OrderBy(entry => entry.Key is Statistic.ChannelExtremes));

    /// <summary>The observers, by what they measure.</summary>
    public IReadOnlyDictionary<Statistic, IObserver> Observers => _observers;

    public ValueRange Range => _observers.Values.First().Range;

    /// <summary>The observer of a statistic; extremes are known from any other, and a histogram from one with more bins.</summary>
    /// <exception cref="CalibrationException">It was not measured, and cannot be had from what was.</exception>
    public IObserver this[Statistic statistic] => Find(statistic)
        ?? throw new CalibrationException($"The method needs {statistic}, but what was measured is "
            + $"{string.Join(", ", _observers.Keys)}. Measure the data again for this method.");

    /// <summary>Whether a statistic was measured, or can be had from what was.</summary>
    public bool Has(Statistic statistic) => Find(statistic) is not null;

    IObserver? Find(Statistic statistic) => _observers.TryGetValue(statistic, out var observer) ? observer : statistic switch
    {
        Statistic.Extremes => Extremes(),
        Statistic.Distribution { Bins: var bins } when FinestHistogram() is { } finest && finest.Bins > bins =>
            new HistogramObserver(finest.Folded(bins)),
        _ => null,
    };

    MinMaxObserver Extremes()
    {
        var extremes = new MinMaxObserver();
        if (Range is { IsNothing: false } range) extremes.Observe([range.Low, range.High], sample: 0);
        return extremes;
    }

    /// <summary>The histogram with most bins; null where none was measured.</summary>
    internal Histogram? FinestHistogram() =>
        _observers.Values.OfType<HistogramObserver>().Select(observer => observer.Histogram).MaxBy(histogram => histogram.Bins);

    public void Observe(ReadOnlySpan<float> values, int sample)
    {
        foreach (var observer in _observers.Values) observer.Observe(values, sample);
    }

    public void Merge(IObserver other)
    {
        foreach (var (statistic, observer) in _observers) observer.Merge(((ObserverSet)other)._observers[statistic]);
    }

    public IObserver CreateEmpty() => new ObserverSet(_observers.Keys);

    /// <summary>Whether an observer keeps nothing but the extremes of all values.</summary>
    internal static bool SeesExtremesAlone(IObserver observer) => observer is MinMaxObserver or ObserverSet { _only: MinMaxObserver };

    /// <summary>Leaves out what follows from the rest: extremes, and all histograms but the finest.</summary>
    static Statistic[] WithoutRepetition(Statistic[] statistics)
    {
        var finest = statistics.OfType<Statistic.Distribution>().MaxBy(histogram => histogram.Bins);
        var kept = statistics.Where(
            statistic => statistic is not Statistic.Extremes && (statistic is not Statistic.Distribution || statistic == finest)).ToArray();
        return kept.Length > 0 ? kept : statistics;
    }

    /// <summary>Whether two observers measured the same things, so that they can be merged.</summary>
    internal static bool AreAlike(IObserver one, IObserver other) => (one, other) switch
    {
        (ObserverSet first, ObserverSet second) => first._observers.Count == second._observers.Count
            && first._observers.All(entry => second._observers.TryGetValue(entry.Key, out var found) && AreAlike(entry.Value, found)),
        (ChannelExtremesObserver first, ChannelExtremesObserver second) => first.Ranges.Count == second.Ranges.Count,
        _ => one.GetType() == other.GetType(),
    };
}
