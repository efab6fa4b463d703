using Octet.Kernels;
using Octet.Numerics;

namespace Octet.Calibration;

/// <summary>Keeps the extremes of each sample, and averages them so that early and rare extremes weigh little.</summary>
/// <remarks>
/// The first sample's range is taken as is; each later one moves both ends by a share of the difference: <c>low += share · (sampleLow −
/// low)</c>, all in float32. The result depends on the order of samples, by design of the method. It is therefore computed only when asked
/// for, in the order of the samples' numbers: batch sizes, threads and merges change nothing. Of more than 2048 samples the last ones
/// count: with the usual share, all before them weigh less than 10⁻⁸ together. Source: torch.ao.quantization.MovingAverageMinMaxObserver,
/// with one update a sample instead of one a batch.
/// </remarks>
public sealed class MovingAverageMinMaxObserver : IObserver
{
    /// <summary>PyTorch's and ONNX Runtime's share.</summary>
    public const float DefaultShare = 0.01f;

    readonly Dictionary<int, ValueRange> _samples = [];

    /// <summary>The extremes of each sample that counts, by its number.</summary>
    internal IReadOnlyDictionary<int, ValueRange> Samples
    {
        get
        {
            MaxSamples.KeepLast(_samples, now: true);
            return _samples;
        }
    }

    /// <summary>Of all samples.</summary>
    public ValueRange Range { get; private set; } = ValueRange.Nothing;

    /// <inheritdoc/>
    public void Observe(ReadOnlySpan<float> values, int sample)
    {
        if (!values.IsEmpty) Add(sample, CalibrationException.ThrowIfNotFinite(MinMax.Of(values)));
    }

    /// <inheritdoc/>
    public IObserver CreateEmpty() => new MovingAverageMinMaxObserver();

    /// <inheritdoc/>
    public void Merge(IObserver other)
    {
        var theirs = (MovingAverageMinMaxObserver)other;
        foreach (var (sample, range) in theirs._samples) Add(sample, range);
        Range = Range.Union(theirs.Range);
    }

    /// <summary>Takes the extremes of all samples into account that are stored without their samples.</summary>
    internal void Widen(ValueRange range) => Range = Range.Union(range);

    /// <summary>The average so far; nothing before the first value.</summary>
    /// <param name="share">How far one sample moves the average, 0 to 1.</param>
    public ValueRange Average(float share = DefaultShare)
    {
        var average = ValueRange.Nothing;
        foreach (var (_, range) in Samples.OrderBy(sample => sample.Key)) average = Moved(average, range, share);
        return average;
    }

    /// <summary>The average after one more range.</summary>
    internal static ValueRange Moved(ValueRange average, ValueRange range, float share) => average.IsNothing
        ? range
        : new(average.Low + share * (range.Low - average.Low), average.High + share * (range.High - average.High));

    void Add(int sample, ValueRange range)
    {
        _samples[sample] = range.Union(_samples.GetValueOrDefault(sample, ValueRange.Nothing));
        Range = Range.Union(range);
        MaxSamples.KeepLast(_samples);
    }
}
