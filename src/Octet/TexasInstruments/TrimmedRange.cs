using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Octet.Calibration;
using Octet.Kernels;
using Octet.Numerics;

namespace Octet.TexasInstruments;

/// <summary>The range of many values without a share of the outermost ones at either end, found from 256 equal bins over all of
/// them.</summary>
/// <remarks>
/// Value x is counted in bin <c>roundHalfToEven((x − min) · 255 / (max − min))</c>. From either end, bins are cut off as long as those
/// before them, and they themselves, hold less than the share (at most half). The original looks at every second row and column from a
/// random start; here all elements count, so that the result is determined. Only the ends matter: as soon as the bins at one end hold the
/// share, bins behind them are counted no more. So after a few thousand values nearly all others are passed over, eight at a time. Source:
/// TI edgeai-modeloptimization, xnn/utils/range_utils.py.
/// </remarks>
sealed class TrimmedRange
{
    const int Bins = 256;

    /// <summary>Values between one look at the ends and the next.</summary>
    const int Chunk = 4096;

    static readonly float[] Zeros = new float[Chunk];

    readonly long[] _counts = new long[Bins];
    readonly ValueRange _range;
    readonly float _toBin;
    readonly long _share;

    // Bins below the one and above the other are still counted.
    int _low = Bins;
    int _high = -1;

    /// <param name="range">The exact range of all values.</param>
    /// <param name="total">How many values there are in all, here and in what will be merged with this.</param>
    /// <param name="percent">How many percent of all values may be cut off at each end, above 0 and at most 50.</param>
    public TrimmedRange(ValueRange range, long total, double percent)
    {
        _range = range;
        // Zero for a range that is too narrow or too wide to be divided; it is then left as it is.
        _toBin = (Bins - 1) / (range.High - range.Low) is var binsPerUnit && float.IsFinite(binsPerUnit) ? binsPerUnit : 0;

        _share = (long)(percent / 100 * total);
        while (_share > 0 && !IsBelow(_share - 1)) _share--;
        while (IsBelow(_share)) _share++;

        // The original adds up float32 and compares with a double, so that exactly 0.01 % is less than 0.01.
        bool IsBelow(long cut) => (float)(100.0 * cut / total) < percent;
    }

    /// <summary>The range of one tensor's values.</summary>
    /// <param name="values">All of them, finite.</param>
    /// <param name="percent">How much of them may be cut off at each end, in percent; 0 gives the exact range.</param>
    public static ValueRange Of(ReadOnlySpan<float> values, double percent)
    {
        var range = CalibrationException.ThrowIfNotFinite(MinMax.Of(values));
        if (percent <= 0 || range.IsNothing) return range;
        var histogram = new TrimmedRange(range, values.Length, percent);
        histogram.Count(values);
        return histogram.Trim();
    }

    /// <summary>Counts values.</summary>
    /// <param name="values">Any number of them.</param>
    /// <param name="addends">What is to be added to each beforehand; empty for nothing.</param>
    public void Count(ReadOnlySpan<float> values, ReadOnlySpan<float> addends = default)
    {
        if (_toBin == 0) return;
        for (var start = 0; start < values.Length; start += Chunk)
        {
            var length = Math.Min(Chunk, values.Length - start);
            CountEnds(values.Slice(start, length), addends.IsEmpty ? Zeros.AsSpan(0, length) : addends.Slice(start, length));
            (_low, _high) = (FirstToKeep(), LastToKeep());
        }
    }

    /// <summary>Counts what another histogram over the same range has counted.</summary>
    public void Merge(TrimmedRange other)
    {
        for (var bin = 0; bin < Bins; bin++) _counts[bin] += other._counts[bin];
    }

    /// <summary>What is left of the range, once all values were counted.</summary>
    public ValueRange Trim()
    {
        if (_toBin == 0) return _range;
        // The bin next to those that are to be kept goes along with them.
        var (first, last) = (Math.Max(FirstToKeep() - 1, 0), Math.Min(LastToKeep() + 1, Bins - 1));
        var width = (_range.High - _range.Low) / (Bins - 1);
        return new(Math.Max(first * width + _range.Low, _range.Low), Math.Min(last * width + _range.Low, _range.High));
    }

    /// <summary>The first bin that, with those before it, holds the share.</summary>
    int FirstToKeep()
    {
        var bin = 0;
        for (var cut = _counts[0]; cut < _share && bin < Bins - 1; cut += _counts[bin]) bin++;
        return bin;
    }

    /// <summary>The same from the other end.</summary>
    int LastToKeep()
    {
        var bin = Bins - 1;
        for (var cut = _counts[bin]; cut < _share && bin > 0; cut += _counts[bin]) bin--;
        return bin;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void CountEnds(ReadOnlySpan<float> values, ReadOnlySpan<float> addends)
    {
        var (lows, factors) = (new Vector<float>(_range.Low), new Vector<float>(_toBin));
        var (first, last) = (new Vector<float>(_low), new Vector<float>(_high));
        ref var value = ref MemoryMarshal.GetReference(values);
        ref var addend = ref MemoryMarshal.GetReference(addends);
        var i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var bins = Vector.Round((Vector.LoadUnsafe(ref value, (nuint)i) + Vector.LoadUnsafe(ref addend, (nuint)i) - lows) * factors);
            if (Vector.EqualsAll(Vector.LessThan(bins, first) | Vector.GreaterThan(bins, last), Vector<int>.Zero)) continue;
            CountEach(values.Slice(i, Vector<float>.Count), addends.Slice(i, Vector<float>.Count));
        }
        CountEach(values[i..], addends[i..]);
    }

    void CountEach(ReadOnlySpan<float> values, ReadOnlySpan<float> addends)
    {
        for (var i = 0; i < values.Length; i++) _counts[(int)MathF.Round((values[i] + addends[i] - _range.Low) * _toBin)]++;
    }
}
