namespace Octet.Kernels;

/// <summary>Functions of one double that <see cref="Math"/> lacks, to about 15 digits: the definitions behind
/// <see cref="VectorMath"/>.</summary>
static class RealMath
{
    /// <summary>Below this the series of the error function converges fast without losing digits; above it the continued fraction
    /// does.</summary>
    const double SeriesBorder = 2;

    /// <summary>From here on the error function is 1 in double.</summary>
    const double ErfSaturation = 6;

    /// <summary><c>e^x − 1</c>, also where e^x is nearly 1.</summary>
    public static double ExpMinusOne(double x) => Math.Abs(x) < 1 ? 2 * Math.Sinh(x / 2) * Math.Exp(x / 2) : Math.Exp(x) - 1;

    /// <summary><c>ln(1 + x)</c>, also where 1 + x rounds.</summary>
    /// <remarks>Source: W. Kahan's correction, x · ln(u) / (u − 1) with u = 1 + x as rounded.</remarks>
    public static double LogOnePlus(double x)
    {
        var u = 1 + x;
        return u == 1 || double.IsInfinity(u) ? x : Math.Log(u) * (x / (u - 1));
    }

    /// <summary>The error function, <c>2 / √π · ∫₀ˣ e^−t² dt</c>.</summary>
    public static double Erf(double x) => Math.Abs(x) switch
    {
        double.NaN => x,
        < SeriesBorder => ErfSeries(x),
        < ErfSaturation => Math.CopySign(1 - ErfComplement(Math.Abs(x)), x),
        _ => Math.Sign(x),
    };

    /// <summary>The share of a standard normal distribution that lies below x, <c>(1 + erf(x / √2)) / 2</c>, also where that is nearly
    /// 0.</summary>
    public static double NormalShare(double x)
    {
        var z = x / Math.Sqrt(2);
        return z <= -SeriesBorder ? ErfComplement(-z) / 2 : (1 + Erf(z)) / 2;
    }

    /// <summary><c>2 / √π · Σ (−1)ⁿ x^(2n+1) / (n! (2n+1))</c>; source: Abramowitz and Stegun 7.1.5.</summary>
    static double ErfSeries(double x)
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
    static double ErfComplement(double x)
    {
        const int Depth = 80;
        var tail = 0.0;
        for (var k = Depth; k >= 1; k--) tail = k / 2.0 / (x + tail);
        return Math.Exp(-x * x) / Math.Sqrt(Math.PI) / (x + tail);
    }
}
