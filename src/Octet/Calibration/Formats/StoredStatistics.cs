using System.Text.Json.Serialization;
using Octet.Calibration.Methods;
using Octet.Data;
using Octet.Numerics;

namespace Octet.Calibration.Formats;

/// <summary>Statistics as Octet's format holds them: counts as integers, floats in as many digits as they need, so that nothing is lost on
/// the way.</summary>
sealed record StoredStatistics
{
    /// <summary>On one side of zero; in memory a gigabyte.</summary>
    const long MaxBins = 1L << 26;

    public required string Model { get; init; }

    public required string Data { get; init; }

    public required int TotalSamples { get; init; }

    /// <summary>First sample and the one after the last, of each span.</summary>
    public required int[][] Seen { get; init; }

    public string[]? Skipped { get; init; }

    /// <summary>The samples that lie beside the table in an archive; absent where there are none.</summary>
    public StoredSelection? Carried { get; init; }

    public required Dictionary<string, StoredObserver[]> Values { get; init; }

    public static StoredStatistics Of(CalibrationStatistics statistics) => new()
    {
        Model = statistics.Model,
        Data = statistics.Data,
        TotalSamples = statistics.TotalSamples,
        Seen = [.. statistics.Seen.Select(span => new[] { span.From, span.End })],
        Skipped = statistics.Skipped.Count == 0 ? null : [.. statistics.Skipped],
        Values = statistics.Observers.ToDictionary(entry => entry.Key, entry => entry.Value is ObserverSet set
            ? set.Observers.Values.Select(StoredObserver.Of).ToArray()
            : [StoredObserver.Of(entry.Value)]),
    };

    public CalibrationStatistics ToStatistics() => new()
    {
        Model = Model,
        Data = Data,
        TotalSamples = TotalSamples,
        Seen = [.. Seen.Select(span => new SampleSpan(span[0], span[1]))],
        Skipped = Skipped ?? [],
        Observers = Values.ToDictionary(entry => entry.Key, IObserver (entry) => SetOf(entry.Key, entry.Value)),
    };

    static ObserverSet SetOf(string name, StoredObserver[] stored)
    {
        var observers = stored.Select(observer => observer.ToObserver()).ToArray();
        return observers.DistinctBy(observer => observer.Key).Count() == observers.Length
            ? new(observers) : throw new TableFormatException($"'{name}' has a statistic twice");
    }

    /// <exception cref="TableFormatException">The numbers contradict themselves; the message lists where.</exception>
    public void ThrowIfWrong()
    {
        if (Values.FirstOrDefault(entry => entry.Value is not { Length: > 0 } observers || observers.Contains(null!)).Key is { } empty)
            throw new TableFormatException($"'{empty}' has no statistics");
        // What a histogram takes in memory does not depend on how much of the file it fills.
        var bins = Values.Values.Sum(observers => observers.OfType<StoredHistogram>().Sum(histogram => (long)histogram.Bins));
        if (bins > MaxBins) throw new TableFormatException($"its histograms have {bins} bins in all; more than {MaxBins} are refused");

        var problems = new List<string>();
        if (TotalSamples < 0 || Seen.Any(span => span is not [var from, var end] || from < 0 || end <= from || end > TotalSamples))
            problems.Add("\"seen\" has spans that are none, or lie beyond the samples");
        else if (Seen.Zip(Seen.Skip(1)).Any(pair => pair.Second[0] <= pair.First[1]))
            problems.Add("the spans of \"seen\" overlap, touch, or are out of order");
        else if (Carried is { } carried && (carried.First < 0 || carried.Last < 0 || carried.Names.Any(sample => sample.Value is null
            || !new SampleSelection(carried.First, carried.Last).Includes(sample.Key, TotalSamples)
            || !Seen.Any(span => span[0] <= sample.Key && sample.Key < span[1]))))
            problems.Add("\"carried\" names samples that were not seen, or are not among those to be carried");
        foreach (var (name, observers) in Values)
        {
            problems.AddRange(observers.Select(observer => observer.Problem).OfType<string>()
                .Select(problem => $"the statistics of '{name}': {problem}"));
        }
        if (problems.Count > 0) throw TableFormatException.Of(problems);
    }
}

/// <summary>Which samples an archive holds.</summary>
/// <param name="First">See <see cref="SampleSelection"/>.</param>
/// <param name="Last">See <see cref="SampleSelection"/>.</param>
/// <param name="Names">By the sample's place in the whole data; those that could not be read are absent.</param>
sealed record StoredSelection(int First, int Last, SortedDictionary<int, string> Names);

/// <summary>One observer of one value; the kinds are told apart by a field, so that an older Octet refuses what it does not know.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(StoredExtremes), "extremes")]
[JsonDerivedType(typeof(StoredChannelExtremes), "channelExtremes")]
[JsonDerivedType(typeof(StoredSampleExtremes), "sampleExtremes")]
[JsonDerivedType(typeof(StoredSampleThresholds), "sampleThresholds")]
[JsonDerivedType(typeof(StoredHistogram), "histogram")]
abstract record StoredObserver
{
    public static StoredObserver Of(IObserver observer) => observer switch
    {
        MinMaxObserver extremes => new StoredExtremes { Range = extremes.Range.IsNothing ? null : extremes.Range },
        ChannelExtremesObserver channels => new StoredChannelExtremes { Channels = [.. channels.Ranges] },
        MovingAverageMinMaxObserver samples => StoredSampleExtremes.Of(samples),
        SampleThresholdObserver samples => StoredSampleThresholds.Of(samples),
        HistogramObserver histogram => StoredHistogram.Of(histogram.Histogram),
        _ => throw new ArgumentException($"{observer.GetType().Name} has no form in a file; give it one here.", nameof(observer)),
    };

    /// <summary>The statistic, and an observer that has seen what the file says.</summary>
    public abstract KeyValuePair<Statistic, IObserver> ToObserver();

    /// <summary>What cannot be; null where all is well.</summary>
    [JsonIgnore]
    public abstract string? Problem { get; }

    protected static bool IsRange(ValueRange range) => range.IsFinite && !range.IsNothing;
}

sealed record StoredExtremes : StoredObserver
{
    /// <summary>Absent where nothing was seen.</summary>
    public ValueRange? Range { get; init; }

    public override KeyValuePair<Statistic, IObserver> ToObserver()
    {
        var observer = new MinMaxObserver();
        if (Range is { } range) observer.Observe([range.Low, range.High], sample: 0);
        return new(new Statistic.Extremes(), observer);
    }

    public override string? Problem => Range is { } range && !IsRange(range) ? "the extremes are no range" : null;
}

sealed record StoredChannelExtremes : StoredObserver
{
    /// <summary>One for each channel.</summary>
    public required ValueRange[] Channels { get; init; }

    public override KeyValuePair<Statistic, IObserver> ToObserver() =>
        new(new Statistic.ChannelExtremes(), new ChannelExtremesObserver(Channels));

    public override string? Problem => Channels.All(IsRange) ? null : "the extremes of a channel are no range";
}

sealed record StoredSampleExtremes : StoredObserver
{
    /// <summary>Of all samples; absent in files in which no more samples count than are listed.</summary>
    public ValueRange? Range { get; init; }

    /// <summary>The number of the sample, its smallest and its largest value, by number.</summary>
    public required Dictionary<int, float[]> Samples { get; init; }

    public static StoredSampleExtremes Of(MovingAverageMinMaxObserver observer) => new()
    {
        Range = observer.Samples.Count < MaxSamples.Count ? null : observer.Range,
        Samples = observer.Samples.OrderBy(sample => sample.Key)
            .ToDictionary(sample => sample.Key, sample => new[] { sample.Value.Low, sample.Value.High }),
    };

    public override KeyValuePair<Statistic, IObserver> ToObserver()
    {
        var observer = new MovingAverageMinMaxObserver();
        foreach (var (sample, ends) in Samples) observer.Observe(ends, sample);
        if (Range is { } range) observer.Widen(range);
        return new(new Statistic.SampleExtremes(), observer);
    }

    public override string? Problem =>
        Range is { } range && !IsRange(range) ? "the extremes are no range"
        : Samples.Any(sample => sample.Key < 0 || sample.Value is not [var low, var high] || !IsRange(new(low, high)))
        ? "a sample's extremes are no range"
        : null;
}

sealed record StoredSampleThresholds : StoredObserver
{
    public required string Method { get; init; }

    public required int Bits { get; init; }

    /// <summary>Absent where nothing was seen.</summary>
    public ValueRange? Range { get; init; }

    /// <summary>The limit of each sample, by the sample's number.</summary>
    public required Dictionary<int, double> Samples { get; init; }

    public static StoredSampleThresholds Of(SampleThresholdObserver observer) => new()
    {
        Method = observer.Method.Name,
        Bits = observer.Method.Bits,
        Range = observer.Range.IsNothing ? null : observer.Range,
        Samples = observer.Thresholds.OrderBy(sample => sample.Key).ToDictionary(),
    };

    public override KeyValuePair<Statistic, IObserver> ToObserver()
    {
        var method = Known! with { Bits = Bits };
        return new(new Statistic.SampleThresholds(method), new SampleThresholdObserver(method, Range ?? ValueRange.Nothing, Samples));
    }

    public override string? Problem =>
        Known is null ? $"'{Method}' is no method that finds a limit for each sample"
        : Bits is < 2 or > 16 ? $"there are no integers of {Bits} bits"
        : Range is { } range && !IsRange(range) ? "the extremes are no range"
        : Samples.Any(sample => sample.Key < 0 || !(double.IsFinite(sample.Value) && sample.Value >= 0))
        ? "a sample's limit is no number of at least 0"
        : null;

    SampleThresholdMethod? Known => CalibrationMethods.Find(Method) as SampleThresholdMethod;
}

sealed record StoredHistogram : StoredObserver
{
    /// <summary>Up to here sums of counts are exact as doubles too, and those of a thousand parts fit a long.</summary>
    const long MaxValues = 1L << 53;

    /// <summary>Of one side of zero.</summary>
    public required int Bins { get; init; }

    /// <summary>The base-2 logarithm of the width of a bin.</summary>
    public required int WidthExponent { get; init; }

    /// <summary>Absent where nothing was seen.</summary>
    public ValueRange? Range { get; init; }

    public required long Zeros { get; init; }

    /// <summary>The number of the first bin of <see cref="Counts"/>; bins below zero have negative numbers.</summary>
    public required int First { get; init; }

    /// <summary>From the first bin that holds values to the last.</summary>
    public required long[] Counts { get; init; }

    public static StoredHistogram Of(Histogram histogram)
    {
        var first = histogram.Counts.IndexOfAnyExcept(0);
        return new()
        {
            Bins = histogram.Bins,
            WidthExponent = histogram.WidthExponent,
            Range = histogram.Range.IsNothing ? null : histogram.Range,
            Zeros = histogram.Zeros,
            First = first < 0 ? 0 : first - histogram.Bins,
            Counts = first < 0 ? [] : histogram.Counts[first..(histogram.Counts.LastIndexOfAnyExcept(0) + 1)].ToArray(),
        };
    }

    public override KeyValuePair<Statistic, IObserver> ToObserver()
    {
        var histogram = Histogram.Of(Bins, WidthExponent, Range ?? ValueRange.Nothing, Zeros, First, Counts);
        return new(new Statistic.Distribution(Bins), new HistogramObserver(histogram));
    }

    public override string? Problem =>
        !Histogram.IsPossible(Bins) ? $"a histogram of {Bins} bins is not possible"
        : Zeros < 0 || Counts.Any(count => count < 0) ? "a count is less than 0"
        : Counts.Aggregate((Int128)Zeros, (sum, count) => sum + count) > MaxValues ? "its counts are more than any data has"
        : First < -Bins || (long)First + Counts.Length > Bins ? "there are counts beyond the last bin"
        : Range is { } range && !IsRange(range) ? "the extremes are no range"
        : Range is null && (Zeros > 0 || Counts.Length > 0) ? "there are counts but no extremes"
        : !Histogram.IsPossible(Bins, WidthExponent, Range ?? ValueRange.Nothing)
        ? $"bins of width 2^{WidthExponent} do not fit the extremes"
        : null;
}
