using Octet.Numerics;

namespace Octet.Calibration.Methods;

/// <summary>Running sums over a histogram, from which the squared error of any quantizer follows without looking at each bin.</summary>
/// <remarks>
/// Within a bin, values are taken as evenly spread; the outermost bins reach only to the exact extremes, so that values held at a limit, as
/// those of a ReLU6, are counted where they are. Zeros are left out, because they have no error.
/// </remarks>
sealed class HistogramMoments
{
    /// <summary>Number, sum and sum of squares of the values below a point.</summary>
    readonly record struct Sums(double Count, double Sum, double Squares)
    {
        /// <summary>The sum of <c>(x − point)²</c> over the values between an earlier point and this one.</summary>
        public double SquaresAround(double point, Sums earlier) =>
            Squares - earlier.Squares - 2 * point * (Sum - earlier.Sum) + point * point * (Count - earlier.Count);

        public Sums With(double count, double from, double to) => new(
            Count + count,
            Sum + count * (from + to) / 2,
            Squares + count * (from * from + from * to + to * to) / 3);
    }

    readonly int _firstBin;
    readonly double _binWidth;
    readonly double _low;
    readonly double _high;
    readonly double[] _counts;

    /// <summary>Of all values below bin <c>_firstBin + i</c>.</summary>
    readonly Sums[] _below;

    public HistogramMoments(Histogram histogram)
    {
        _binWidth = histogram.BinWidth;
        (_low, _high) = (histogram.Range.Low, histogram.Range.High);
        var bins = Enumerable.Range(-histogram.Bins, 2 * histogram.Bins).Where(bin => histogram[bin] > 0).ToArray();
        _firstBin = bins[0];
        _counts = new double[bins[^1] - bins[0] + 1];
        _below = new Sums[_counts.Length + 1];
        for (var i = 0; i < _counts.Length; i++)
        {
            _counts[i] = histogram[_firstBin + i];
            _below[i + 1] = _below[i].With(_counts[i], From(i), To(i));
        }
    }

    /// <summary>The sum over all values of <c>(x − FakeQuantize(x))²</c>.</summary>
    /// <param name="quantizer">Of one scale.</param>
    /// <remarks>Exact for evenly spread bins. Steps much narrower than bins are taken together: each value then errs by scale² / 12 on
    /// average.</remarks>
    public double SquaredError(QuantizationParameters quantizer)
    {
        double scale = quantizer.Scale;
        var (low, high) = (quantizer.Spec.Low - quantizer.ZeroPoint, quantizer.Spec.High - quantizer.ZeroPoint);
        if (scale < _binWidth / 2)
        {
            var (start, end) = (At(low * scale), At(high * scale));
            return start.SquaresAround(low * scale, default) + _below[^1]
                .SquaresAround(high * scale, end) + (end.Count - start.Count) * scale * scale / 12;
        }

        var first = Math.Clamp(Math.Round(_low / scale), low, high);
        var last = Math.Clamp(Math.Round(_high / scale), low, high);
        var error = 0.0;
        var below = default(Sums);
        for (var step = first; step < last; step++)
        {
            var next = At((step + 0.5) * scale);
            error += next.SquaresAround(step * scale, below);
            below = next;
        }
        return error + _below[^1].SquaresAround(last * scale, below);
    }

    Sums At(double point)
    {
        var position = point / _binWidth - _firstBin;
        if (position <= 0) return default;
        if (position >= _counts.Length) return _below[^1];

        var bin = (int)position;
        var (from, to) = (From(bin), To(bin));
        if (point >= to) return _below[bin + 1];
        return point <= from ? _below[bin] : _below[bin].With(_counts[bin] * (point - from) / (to - from), from, point);
    }

    double From(int i) => Math.Max((_firstBin + i) * _binWidth, _low);

    double To(int i) => Math.Min((_firstBin + i + 1) * _binWidth, _high);
}
