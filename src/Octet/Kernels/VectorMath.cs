using System.Numerics;

namespace Octet.Kernels;

/// <summary>Functions that no processor has an instruction for, on vectors of floats.</summary>
/// <remarks>
/// Polynomials were fitted for this purpose: the least greatest relative error, by Lawson's weighted least squares in double precision.
/// Each result lies within about 2 units in the last place of the true value. NaN stays NaN.
/// </remarks>
static class VectorMath
{
    /// <summary>Beyond these e^x is zero or infinite in float; within them 2^n fits two steps of scaling.</summary>
    const float LeastExponent = -104f, GreatestExponent = 89f;

    const float Log2E = 1.44269504f;

    /// <summary>ln 2 in two parts; n times the first is exact for all n that occur.</summary>
    const float Ln2High = 0.693359375f, Ln2Low = -2.12194440e-4f;

    /// <summary>1.5 · 2²³: adding it to a small number rounds that to an integer, which then stands in the lowest bits.</summary>
    const float RoundingShift = 12582912f;

    /// <summary><c>e^x</c></summary>
    public static Vector<float> Exp(Vector<float> x)
    {
        var (n, q) = Reduce(Clamp(x, LeastExponent, GreatestExponent));
        // Half of the exponent at a time, for 2^n itself may be too large or too small for a float where the result is not.
        var half = n >> 1;
        return (q + Vector<float>.One) * PowerOfTwo(half) * PowerOfTwo(n - half);
    }

    /// <summary><c>1 / (1 + e^−x)</c></summary>
    public static Vector<float> Sigmoid(Vector<float> x) => Vector<float>.One / (Vector<float>.One + Exp(-x));

    /// <summary><c>tanh(x)</c>, as <c>m / (m + 2)</c> with <c>m = e^2|x| − 1</c>, which loses no digits near zero.</summary>
    public static Vector<float> Tanh(Vector<float> x)
    {
        // Beyond 10 the result is 1.
        var (n, q) = Reduce(Vector.MinNative(new Vector<float>(20f), Vector.Abs(x + x)));
        var power = PowerOfTwo(n);
        var m = Vector.MultiplyAddEstimate(power, q, power - Vector<float>.One);
        return CopySign(m / (m + new Vector<float>(2f)), x);
    }

    /// <summary>The error function, <c>2 / √π · ∫₀ˣ e^−t² dt</c>.</summary>
    public static Vector<float> Erf(Vector<float> x)
    {
        // From 4 on the result is 1 in float; NaN comes back through the small branch.
        var magnitude = Vector.MinNative(new Vector<float>(4f), Vector.Abs(x));

        var square = x * x;
        var small = Horner(square, 7.8539073e-5f, -8.0102088e-4f);
        small = Horner(small, square, 5.1883296e-3f);
        small = Horner(small, square, -2.6853813e-2f);
        small = Horner(small, square, 0.11283585f);
        small = Horner(small, square, -0.37612626f);
        small = Horner(small, square, 1.1283791f) * x;

        var logarithm = Horner(magnitude, 1.8797170e-4f, -2.9640063e-3f);
        logarithm = Horner(logarithm, magnitude, 2.1906476e-2f);
        logarithm = Horner(logarithm, magnitude, -0.10325620f);
        logarithm = Horner(logarithm, magnitude, -0.63796502f);
        logarithm = Horner(logarithm, magnitude, -1.1272022f);
        logarithm = Horner(logarithm, magnitude, -3.1246927e-4f);
        var large = CopySign(Vector<float>.One - Exp(logarithm), x);

        return Vector.ConditionalSelect(Vector.GreaterThan(magnitude, Vector<float>.One), large, small);
    }

    /// <summary><c>ln(1 + x)</c> for x ≥ 0, exact to the last places also where 1 + x rounds.</summary>
    /// <remarks>Source: W. Kahan's correction, x · ln(u) / (u − 1) with u = 1 + x as rounded.</remarks>
    public static Vector<float> LogOnePlus(Vector<float> x)
    {
        var u = Vector<float>.One + x;
        var corrected = Vector.Log(u) * (x / (u - Vector<float>.One));
        var simple = Vector.Equals(u, Vector<float>.One) | Vector.Equals(u, new Vector<float>(float.PositiveInfinity));
        return Vector.ConditionalSelect(simple, x, corrected);
    }

    /// <summary>Limits x; NaN stays, which the order of the operands sees to on every processor.</summary>
    public static Vector<float> Clamp(Vector<float> x, float low, float high) =>
        Vector.MinNative(new Vector<float>(high), Vector.MaxNative(new Vector<float>(low), x));

    /// <summary>Splits e^x into <c>2^n · (1 + q)</c> with q from about −0.3 to 0.42.</summary>
    static (Vector<int> N, Vector<float> Q) Reduce(Vector<float> x)
    {
        var shifted = Vector.MultiplyAddEstimate(x, new Vector<float>(Log2E), new Vector<float>(RoundingShift));
        var whole = shifted - new Vector<float>(RoundingShift);
        var r = x - whole * new Vector<float>(Ln2High) - whole * new Vector<float>(Ln2Low);

        var polynomial = Horner(r, 1.3952969e-3f, 8.3703212e-3f);
        polynomial = Horner(polynomial, r, 4.1666169e-2f);
        polynomial = Horner(polynomial, r, 0.16666506f);
        polynomial = Horner(polynomial, r, 0.5f);
        var q = Vector.MultiplyAddEstimate(polynomial, r * r, r);
        return (Vector.AsVectorInt32(shifted) - Vector.AsVectorInt32(new Vector<float>(RoundingShift)), q);
    }

    /// <summary>2^n for n from −126 to 127, by writing the exponent's bits.</summary>
    static Vector<float> PowerOfTwo(Vector<int> n) => Vector.AsVectorSingle((n + new Vector<int>(127)) << 23);

    static Vector<float> Horner(Vector<float> sum, Vector<float> x, float next) => Vector.MultiplyAddEstimate(sum, x, new Vector<float>(next));

    static Vector<float> Horner(Vector<float> x, float first, float second) => Horner(new Vector<float>(first), x, second);

    /// <summary>The magnitude of one with the sign of the other.</summary>
    static Vector<float> CopySign(Vector<float> magnitude, Vector<float> sign)
    {
        var signBit = new Vector<float>(-0f);
        return (magnitude & ~signBit) | (sign & signBit);
    }
}
