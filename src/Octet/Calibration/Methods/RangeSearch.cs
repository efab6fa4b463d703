using Octet.Numerics;

namespace Octet.Calibration.Methods;

/// <summary>Finds the range with the least loss: first in coarse steps over many octaves, then ever finer around the best.</summary>
/// <remarks>
/// Losses are not quite convex, so the coarse steps look at the whole way from all that was seen to next to nothing. For a symmetric scheme one number is
/// searched, the magnitude; else the two ends in turn, until neither moves.
/// </remarks>
static class RangeSearch
{
    const int CoarseSteps = 40;
    const double CoarseRatio = 0.87;
    const int FineSteps = 8;
    const int FineRounds = 2;
    const int Turns = 4;

    /// <param name="seen">The extremes of the values; the result lies within, and has no end of the other sign.</param>
    /// <param name="spec">The integers that the range is for.</param>
    /// <param name="loss">What is to be least, for the scale and zero point that a range gives.</param>
    public static ValueRange Minimize(ValueRange seen, QuantizationSpec spec, Func<QuantizationParameters, double> loss)
    {
        seen = seen.WithZero();
        if (spec.Symmetric)
        {
            var magnitude = Shrink(seen.Magnitude, 1, share => Loss(ValueRange.Symmetric((float)(seen.Magnitude * share)))) * seen.Magnitude;
            return new(Math.Max(seen.Low, -(float)magnitude), Math.Min(seen.High, (float)magnitude));
        }

        var (low, high) = (1.0, 1.0);
        for (var turn = 0; turn < Turns; turn++)
        {
            var before = (low, high);
            high = Shrink(seen.High, high, share => Loss(new((float)(seen.Low * low), (float)(seen.High * share))));
            low = Shrink(seen.Low, low, share => Loss(new((float)(seen.Low * share), (float)(seen.High * high))));
            if ((low, high) == before) break;
        }
        return new((float)(seen.Low * low), (float)(seen.High * high));

        double Loss(ValueRange range) => loss(QuantizationParameters.From(range, spec));
    }

    /// <summary>The share of an end, 0 to 1, with the least loss; the larger of equally good ones.</summary>
    static double Shrink(float end, double current, Func<double, double> loss)
    {
        if (end == 0) return 1;

        var best = (Share: current, Loss: loss(current));
        var share = 1.0;
        for (var step = 0; step < CoarseSteps; step++, share *= CoarseRatio) Try(share);
        var reach = 1 - CoarseRatio;
        for (var round = 0; round < FineRounds; round++)
        {
            var center = best.Share;
            for (var step = FineSteps; step >= -FineSteps; step--) Try(Math.Min(1, center * (1 + reach * step / FineSteps)));
            reach /= FineSteps;
        }
        return best.Share;

        void Try(double candidate)
        {
            var found = loss(candidate);
            if (found < best.Loss) best = (candidate, found);
        }
    }
}
