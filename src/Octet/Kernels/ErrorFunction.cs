namespace Octet.Kernels;

/// <summary>The error function of one double, to about 15 digits: the definition behind Erf and Gelu.</summary>
static class ErrorFunction
{
    /// <summary>Below this the series converges fast without losing digits; above it the continued fraction does.</summary>
    const double Border = 2;

    /// <summary>From here on the result is 1 in double.</summary>
    const double Saturation = 6;

    public static double Of(double x) => Math.Abs(x) switch
    {
        double.NaN => x,
        < Border => Series(x),
        < Saturation => Math.CopySign(1 - Complement(Math.Abs(x)), x),
        _ => Math.Sign(x),
    };

    /// <summary><c>2 / √π · Σ (−1)ⁿ x^(2n+1) / (n! (2n+1))</c>; source: Abramowitz and Stegun 7.1.5.</summary>
    static double Series(double x)
    {
        var (sum, power) = (0.0, x);
        for (var n = 0; Math.Abs(power) > 1e-18 * Math.Abs(x); n++)
        {
            sum += power / (2 * n + 1);
            power *= -x * x / (n + 1);
        }
        return sum * 2 / Math.Sqrt(Math.PI);
    }

    /// <summary>1 − erf(x) for x of 2 and more, as a continued fraction; source: Abramowitz and Stegun 7.1.14.</summary>
    static double Complement(double x)
    {
        const int Depth = 80;
        var tail = 0.0;
        for (var k = Depth; k >= 1; k--) tail = k / 2.0 / (x + tail);
        return Math.Exp(-x * x) / Math.Sqrt(Math.PI) / (x + tail);
    }
}
