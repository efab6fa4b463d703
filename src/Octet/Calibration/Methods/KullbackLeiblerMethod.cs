using Octet.Numerics;

namespace Octet.Calibration.Methods;

/// <summary>The range that loses the least information: in it, the distribution of integers tells most about the distribution of
/// values.</summary>
/// <remarks>
/// For each candidate range, P is the distribution over the histogram's bins, with what saturates added to the outermost bins inside; Q
/// knows only how many values inside each integer step has, and spreads them evenly over those of its bins that hold any. The range with
/// the least
/// <c>KL(P‖Q) = Σ P · log(P / Q)</c> wins. Three things differ from the original, so that it serves real networks and every integer format:
/// <list type="bullet">
/// <item>Steps are those of the very scale and zero point that a range gives, and both ends are searched: unsymmetric ranges, 4 bits and 8
/// bits need no code of their own.</item>
/// <item>Zeros are left out. Every range represents them exactly, and after a ReLU they would outweigh everything else.</item>
/// <item>The bins of the two extremes are not spread while the range reaches them, because it represents its ends exactly. Otherwise the
/// many values that a ReLU6 holds at 6 would seem lost unless the range shrank.</item>
/// </list>
/// A step narrower than a bin would lose nothing that the histogram can tell, so such ranges are not considered; where all are (16 bits),
/// nothing saturates. Source: Migacz 2017, "8-bit Inference with TensorRT" (GTC); Wu et al. 2020, arXiv:2004.09602, section 3.3.
/// </remarks>
public sealed record KullbackLeiblerMethod : HistogramMethod
{
    /// <inheritdoc/>
    public override string Name => "kl";

    /// <inheritdoc/>
    public override string Description => "the range that keeps most of the distribution (KL divergence)";

    /// <inheritdoc/>
    protected override ValueRange Choose(Histogram histogram, QuantizationSpec spec) =>
        RangeSearch.Minimize(histogram.Range, spec, new Divergence(histogram).Of);

    /// <summary>Running sums over the bins, with which a divergence takes a few operations an integer step rather than a bin.</summary>
    sealed class Divergence
    {
        readonly int _firstBin;
        readonly double _binWidth;
        readonly long[] _counts;

        /// <summary>Over the bins before i: values, bins that hold any, and the sum of <c>count · log(count)</c>.</summary>
        readonly (double Values, int Filled, double Entropy)[] _before;

        public Divergence(Histogram histogram)
        {
            _binWidth = histogram.BinWidth;
            var filled = Enumerable.Range(-histogram.Bins, 2 * histogram.Bins).Where(bin => histogram[bin] > 0).ToArray();
            _firstBin = filled[0];
            _counts = [.. Enumerable.Range(_firstBin, filled[^1] - _firstBin + 1).Select(bin => histogram[bin])];
            _before = new (double, int, double)[_counts.Length + 1];
            for (var i = 0; i < _counts.Length; i++)
            {
                var (values, bins, entropy) = _before[i];
                _before[i + 1] = (values + _counts[i], bins + Math.Sign(_counts[i]), entropy + TimesLog(_counts[i]));
            }
        }

        /// <summary>
        /// With h the counts, N values in all, M inside, c of them saturating at an end whose outermost bin holds e, and s values in the f
        /// filled bins of a step:
        /// <c>N · KL = Σ h log h − Σ s log(s / f) + Σ over ends ((e + c) log(e + c) − e log e − c log(s / f)) − N log(N / M)</c>.
        /// </summary>
        public double Of(QuantizationParameters quantizer)
        {
            double scale = quantizer.Scale;
            if (scale < _binWidth) return double.PositiveInfinity;

            var first = Edge((quantizer.Spec.Low - quantizer.ZeroPoint - 0.5) * scale);
            var end = Edge((quantizer.Spec.High - quantizer.ZeroPoint + 0.5) * scale);
            var (all, inside) = (_before[^1].Values, _before[end].Values - _before[first].Values);
            if (inside == 0) return double.PositiveInfinity;

            var spread = SpreadOverSteps(first, end, scale, out var firstMean, out var lastMean);
            var divergence = _before[end].Entropy - _before[first].Entropy - spread - all * Math.Log(all / inside);
            divergence += Saturation(_before[first].Values, _counts.AsSpan(first, end - first), fromEnd: false, firstMean);
            divergence += Saturation(all - _before[end].Values, _counts.AsSpan(first, end - first), fromEnd: true, lastMean);
            return divergence / all;
        }

        /// <summary>The sum of <c>s log(s / f)</c> over the steps, and <c>s / f</c> of the first and of the last step that holds
        /// values.</summary>
        double SpreadOverSteps(int first, int end, double scale, out double firstMean, out double lastMean)
        {
            var (sum, firstSeen, lastSeen) = (0.0, 0.0, 0.0);
            var from = first;
            if (first == 0) Take(1);
            var stop = end == _counts.Length ? end - 1 : end;
            for (var step = Math.Round((_firstBin + from) * _binWidth / scale); from < stop; step++)
                Take(Math.Min(stop, Edge((step + 0.5) * scale)));
            Take(end);
            (firstMean, lastMean) = (firstSeen, lastSeen);
            return sum;

            void Take(int to)
            {
                if (to <= from) return;
                var (values, filled) = (_before[to].Values - _before[from].Values, _before[to].Filled - _before[from].Filled);
                from = to;
                if (filled == 0) return;
                lastSeen = values / filled;
                if (firstSeen == 0) firstSeen = lastSeen;
                sum += values * Math.Log(lastSeen);
            }
        }

        static double Saturation(double saturating, ReadOnlySpan<long> inside, bool fromEnd, double mean)
        {
            if (saturating == 0) return 0;
            var outermost = inside[fromEnd ? inside.LastIndexOfAnyExcept(0) : inside.IndexOfAnyExcept(0)];
            return TimesLog(outermost + saturating) - TimesLog(outermost) - saturating * Math.Log(mean);
        }

        /// <summary>The number of the bin, counted from the first that holds values, whose lower edge is nearest to x.</summary>
        int Edge(double x) => (int)Math.Clamp(Math.Round(x / _binWidth) - _firstBin, 0, _counts.Length);

        static double TimesLog(double count) => count > 0 ? count * Math.Log(count) : 0;
    }
}
