using Octet.Numerics;

namespace Octet.Calibration.Methods;

/// <summary>Finds the range with the least loss: first in coarse steps over many octaves, then ever finer around the best.</summary>
/// <remarks>
/// Losses are not quite convex, so the coarse steps look at the whole way from all that was seen to next to nothing. First one limit for
/// both sides is searched, which for a symmetric scheme is all; else then each end in turn, until neither moves.
/// </remarks>
static class RangeSearch
{
    const int CoarseSteps = 40;
    const double CoarseRatio = 0.87;
    const int FineSteps = 8;
    const int FineRounds = 2;
    const int Turns = 4;

    /// <param name="seen">The extremes of the values; the result lies within them and zero.</param>
    /// <param name="spec">The integers that the range is for.</param>
    /// <param name="loss">What is to be least, for the scale and zero point that a range gives.</param>
    public static ValueRange Minimize(ValueRange seen, QuantizationSpec spec, Func<QuantizationParameters, double> loss)
    {
        seen = seen.WithZero();
        var limit = seen.Magnitude * Shrink(1, share => Loss(Within((float)(seen.Magnitude * share))));
        var range = Within((float)limit);
        if (spec.Symmetric || seen.Low == 0 || seen.High == 0) return range;

        for (var turn = 0; turn < Turns; turn++)
        {
            var before = range;
            range = range with
            {
                High =
                (float)(seen.High * Shrink(range.High / seen.High, share => Loss(range with { High = (float)(seen.High * share) })))
            };
            range = range with
            {
                Low =
                (float)(seen.Low * Shrink(range.Low / seen.Low, share => Loss(range with { Low = (float)(seen.Low * share) })))
            };
            if (range == before) break;
        }
        return range;

        ValueRange Within(float limit) => new(Math.Max(seen.Low, -limit), Math.Min(seen.High, limit));

        double Loss(ValueRange candidate) => loss(QuantizationParameters.From(candidate, spec));
    }

    /// <summary>The share of an end, 0 to 1, with the least loss; the larger of equally good ones.</summary>
    static double Shrink(double current, Func<double, double> loss)
    {
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
