using Octet.Calibration.Methods;
using Octet.Kernels;
using Octet.Numerics;

namespace Octet.Calibration;

/// <summary>Finds a limit of magnitudes for each sample while its values are there, and keeps that number.</summary>
/// <param name="method">Says how the limit follows from values.</param>
/// <remarks>
/// Values of one sample should come at once; where they come in parts, the largest limit of a part counts. The mean is taken in the order
/// of the samples' numbers, so that threads and merges change nothing. Of more than 2048 samples so many count, which lie evenly among all.
/// </remarks>
sealed class SampleThresholdObserver(SampleThresholdMethod method) : IObserver
{
    readonly Dictionary<int, double> _thresholds = [];

    internal SampleThresholdObserver(SampleThresholdMethod method, ValueRange range, IEnumerable<KeyValuePair<int, double>> thresholds)
        : this(method)
    {
        Range = range;
        _thresholds = thresholds.ToDictionary();
    }

    public ValueRange Range { get; private set; } = ValueRange.Nothing;

    /// <summary>What the limits are for.</summary>
    public SampleThresholdMethod Method => method;

    /// <summary>The limit of each sample that counts, by its number.</summary>
    public IReadOnlyDictionary<int, double> Thresholds
    {
        get
        {
            MaxSamples.KeepEvenly(_thresholds, now: true);
            return _thresholds;
        }
    }

    /// <summary>The mean over samples; zero before the first.</summary>
    public double Mean =>
        _thresholds.Count == 0 ? 0 : Thresholds.OrderBy(sample => sample.Key).Sum(sample => sample.Value) / Thresholds.Count;

    public void Observe(ReadOnlySpan<float> values, int sample)
    {
        if (values.IsEmpty) return;
        var range = CalibrationException.ThrowIfNotFinite(MinMax.Of(values));
        Range = Range.Union(range);
        Add(sample, range.Magnitude == 0 ? 0 : method.ThresholdOf(values));
    }

    public IObserver CreateEmpty() => new SampleThresholdObserver(method);

    public void Merge(IObserver other)
    {
        var theirs = (SampleThresholdObserver)other;
        Range = Range.Union(theirs.Range);
        foreach (var (sample, threshold) in theirs._thresholds) Add(sample, threshold);
    }

    void Add(int sample, double threshold)
    {
        _thresholds[sample] = Math.Max(threshold, _thresholds.GetValueOrDefault(sample));
        MaxSamples.KeepEvenly(_thresholds);
    }
}
