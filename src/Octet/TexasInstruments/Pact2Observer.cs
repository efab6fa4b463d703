using Octet.Calibration;
using Octet.Kernels;
using Octet.Numerics;

namespace Octet.TexasInstruments;

/// <summary>Keeps the range of each sample, exact or trimmed, and gives the PACT2 range that they lead to in their order, whatever the
/// order in which they came.</summary>
/// <param name="shrinkPercent">How many percent of a sample's values may lie beyond either end; its values have to be shown at once where
/// that is not 0.</param>
sealed class Pact2Observer(double shrinkPercent = 0.01) : IObserver
{
    readonly Dictionary<int, ValueRange> _samples = [];

    public ValueRange Range { get; private set; } = ValueRange.Nothing;

    public void Observe(ReadOnlySpan<float> values, int sample)
    {
        if (values.IsEmpty) return;
        Range = Range.Union(CalibrationException.ThrowIfNotFinite(MinMax.Of(values)));
        Add(sample, TrimmedRange.Of(values, shrinkPercent));
    }

    public IObserver CreateEmpty() => new Pact2Observer(shrinkPercent);

    public void Merge(IObserver other)
    {
        foreach (var (sample, range) in ((Pact2Observer)other)._samples) Add(sample, range);
        Range = Range.Union(other.Range);
    }

    /// <summary>The range after all samples, each a batch of its own.</summary>
    /// <param name="signed">Whether values may be negative; null lets the lower end decide.</param>
    /// <param name="powerOfTwo">Whether it ends at powers of two.</param>
    public Pact2Range Follow(bool? signed = null, bool powerOfTwo = true)
    {
        var range = new Pact2Range(signed, powerOfTwo);
        foreach (var (_, sample) in _samples.OrderBy(sample => sample.Key)) range.Update(sample);
        return range;
    }

    void Add(int sample, ValueRange range) => _samples[sample] = range.Union(_samples.GetValueOrDefault(sample, ValueRange.Nothing));
}
