using Octet.Kernels;
using Octet.Numerics;

namespace Octet.Calibration.Pact2;

/// <summary>The range of many values without a share of the outermost ones at either end, found from 256 equal bins over all of them.</summary>
/// <remarks>
/// Value x is counted in bin <c>roundHalfToEven((x − min) · 255 / (max − min))</c>. From either end, bins are cut off as long as those before them, and they themselves,
/// hold less than the share (at most half). The original looks at every second row and column from a random start; here all elements count, so that the result is determined.
/// Source: TI edgeai-modeloptimization, xnn/utils/range_utils.py.
/// </remarks>
sealed class TrimmedRange
{
    const int Bins = 256;

    readonly long[] _counts = new long[Bins];
    readonly ValueRange _range;
    readonly float _toBin;

    /// <param name="range">The exact range of all values that will be counted.</param>
    public TrimmedRange(ValueRange range)
    {
        _range = range;
        // Zero for a range that is too narrow or too wide to be divided; it is then left as it is.
        _toBin = (Bins - 1) / (range.High - range.Low) is var binsPerUnit && float.IsFinite(binsPerUnit) ? binsPerUnit : 0;
    }

    /// <summary>The range of one tensor's values.</summary>
    /// <param name="values">All of them, finite.</param>
    /// <param name="percent">How much of them may be cut off at each end, in percent; 0 gives the exact range.</param>
    public static ValueRange Of(ReadOnlySpan<float> values, double percent)
    {
        var range = CalibrationException.ThrowIfNotFinite(MinMax.Of(values));
        if (percent <= 0 || range.IsNothing) return range;
        var histogram = new TrimmedRange(range);
        histogram.Count(values, offset: 0);
        return histogram.Trim(percent);
    }

    /// <summary>Counts values to which <paramref name="offset"/> is to be added.</summary>
    public void Count(ReadOnlySpan<float> values, float offset)
    {
        foreach (var value in values) _counts[(int)MathF.Round((value + offset - _range.Low) * _toBin)]++;
    }

    /// <summary>Counts what another histogram over the same range has counted.</summary>
    public void Merge(TrimmedRange other)
    {
        for (var bin = 0; bin < Bins; bin++) _counts[bin] += other._counts[bin];
    }

    /// <param name="percent">How much may be cut off at each end, in percent of all values.</param>
    public ValueRange Trim(double percent)
    {
        if (_toBin == 0) return _range;
        var count = _counts.Sum();
        var first = 0;
        for (long cut = _counts[0], bin = 0; IsBelow(cut); cut += _counts[++bin]) first = (int)bin;
        var last = Bins - 1;
        for (long cut = _counts[last], bin = last; IsBelow(cut); cut += _counts[--bin]) last = (int)bin;

        var width = (_range.High - _range.Low) / (Bins - 1);
        return new(Math.Max(first * width + _range.Low, _range.Low), Math.Min(last * width + _range.Low, _range.High));

        // The original adds up float32 and compares with a double, so that exactly 0.01 % is less than 0.01.
        bool IsBelow(long cut) => (float)(100.0 * cut / count) < percent;
    }
}
