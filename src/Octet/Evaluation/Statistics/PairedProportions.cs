namespace Octet.Evaluation;

/// <summary>Compares two models that were each right or wrong on the same samples. Only samples on which they differ tell
/// anything.</summary>
/// <remarks>
/// The p-value is that of McNemar's test, exact: among the samples on which the models differ, each is as likely to be right if both are
/// equally good. The interval is Tango's score interval for the difference of paired proportions, of which McNemar's test is the case of no
/// difference; where the exact test does not tell the models apart, it is widened to hold zero. Sources: McNemar 1947, Psychometrika 12;
/// Tango 1998, Statistics in Medicine 17, 891–908.
/// </remarks>
static class PairedProportions
{
    public const double Level = 0.95;

    /// <summary>The quantile of the normal distribution for both sides of <see cref="Level"/>.</summary>
    const double Quantile = 1.959963984540054;

    /// <param name="metric">What the share is called.</param>
    /// <param name="gained">Samples on which the second model alone is right.</param>
    /// <param name="lost">Samples on which the first model alone is right.</param>
    /// <param name="samples">All samples.</param>
    public static AccuracyDifference Compare(string metric, int gained, int lost, int samples)
    {
        var count = Math.Max(1, samples);
        var (p, difference) = (McNemar(gained, lost), (double)(gained - lost) / count);
        var (low, high) = (End(gained, lost, count, -1, difference), End(gained, lost, count, 1, difference));
        if (p >= 1 - Level) (low, high) = (Math.Min(0, low), Math.Max(0, high));
        return new(metric, 100 * difference, 100 * low, 100 * high, p, "paired, McNemar's exact test and Tango's interval", samples);
    }

    /// <summary>Both sides of the exact test.</summary>
    public static double McNemar(int gained, int lost)
    {
        var all = gained + lost;
        var (term, sum) = (Math.Pow(0.5, all), 0.0);
        // Powers of a half that are too small for a double are added up from the middle, by logarithms.
        if (term == 0) return NormalTail((Math.Abs(gained - lost) - 1) / Math.Sqrt(all));
        for (var count = 0; count <= Math.Min(gained, lost); count++)
        {
            sum += term;
            term *= (double)(all - count) / (count + 1);
        }
        return Math.Min(1, 2 * sum);
    }

    /// <summary>The interval that holds a share with 95 % confidence: Wilson's.</summary>
    /// <remarks>Source: Wilson 1927, Journal of the American Statistical Association 22.</remarks>
    public static (double Low, double High) Share(double share, int samples)
    {
        if (samples == 0) return (0, 1);
        var z = Quantile * Quantile / samples;
        var (middle, half) = ((share + z / 2) / (1 + z), Quantile / (1 + z) * Math.Sqrt(share * (1 - share) / samples + z / (4 * samples)));
        return (Math.Max(0, middle - half), Math.Min(1, middle + half));
    }

    /// <summary>Where the score of a difference reaches the quantile, on one side of what was seen: by bisection, since it falls
    /// steadily.</summary>
    static double End(int gained, int lost, int samples, int side, double seen)
    {
        var (inside, outside) = (seen, (double)side);
        for (var step = 0; step < 60; step++)
        {
            var middle = (inside + outside) / 2;
            if (Math.Abs(Score(gained, lost, samples, middle)) < Quantile) inside = middle;
            else outside = middle;
        }
        return inside;
    }

    /// <summary>Tango's score of an assumed difference, equations 5 to 7.</summary>
    static double Score(int gained, int lost, int samples, double difference)
    {
        double n = samples, a = 2 * n;
        var b = -gained - lost + (2 * n - gained + lost) * difference;
        var c = -lost * difference * (1 - difference);
        var q = (Math.Sqrt(Math.Max(0, b * b - 4 * a * c)) - b) / (2 * a);
        var variance = n * (2 * q + difference * (1 - difference));
        var distance = gained - lost - n * difference;
        return distance == 0 ? 0 : variance <= 0 ? double.PositiveInfinity : distance / Math.Sqrt(variance);
    }

    /// <summary>Both tails of the normal distribution. Source: Abramowitz and Stegun, 7.1.26; more than a thousand samples differ where it
    /// is used.</summary>
    static double NormalTail(double z)
    {
        var x = Math.Max(0, z) / Math.Sqrt(2);
        var t = 1 / (1 + 0.3275911 * x);
        return t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) * Math.Exp(-x * x);
    }
}
