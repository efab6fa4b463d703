using System.Numerics;
using System.Runtime.CompilerServices;

namespace Octet.Kernels;

/// <summary>Functions that no processor has an instruction for, on vectors of floats.</summary>
/// <remarks>
/// Polynomials were fitted for this purpose: the least greatest relative error, by Lawson's weighted least squares in double precision.
/// All of it is inlined, so that a loop over a tensor is fast from its first run on and not only once the runtime has seen it often.
/// Each result lies within a few units in the last place of the true value. NaN stays NaN.
/// </remarks>
static class VectorMath
{
    /// <summary>Beyond these e^x is zero or infinite in float.</summary>
    const float MinExponent = -104f, GreatestExponent = 89f;

    /// <summary>Up to this magnitude of x, e^x and e^−x are floats of full precision.</summary>
    const float ModerateExponent = 88f;

    const float Log2E = 1.44269504f;

    /// <summary>ln 2 in two parts; n times the first is exact for all n that occur.</summary>
    const float Ln2High = 0.693359375f, Ln2Low = -2.12194440e-4f;

    /// <summary>
    /// 1.5 · 2²³ + 127: adding it to a small number n rounds n to an integer, and the lowest nine bits then are n + 127, the exponent of
    /// the float 2^n.
    /// </summary>
    const float ExponentShift = 12582912f + ExponentBias;

    const int ExponentBias = 127, MantissaBits = 23;

    /// <summary>From here on the error function is 1 in float.</summary>
    const float ErfSaturation = 4f;

    /// <summary><c>e^x</c></summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Exp(Vector<float> x)
    {
        var (shifted, q) = Reduce(Clamp(x, MinExponent, GreatestExponent));
        var n = Vector.AsVectorInt32(shifted) - Vector.AsVectorInt32(new Vector<float>(ExponentShift));
        // Half of the exponent at a time, for 2^n itself may be too large or too small for a float where the result is not.
        var half = n >> 1;
        return (q + Vector<float>.One) * PowerOfTwo(half) * PowerOfTwo(n - half);
    }

    /// <summary><c>e^x − 1</c> for x ≤ 0; loses no digits near zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> ExpMinusOne(Vector<float> x) => ModerateExpMinusOne(Clamp(x, -ModerateExponent, 0f));

    /// <summary><c>e^x</c>, but what would lie below the least normal float may be zero, and what would lie beyond 2¹²⁷ · √2 infinity: good
    /// enough for sums of 1 and more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> NormalExp(Vector<float> x)
    {
        var (shifted, q) = Reduce(Clamp(x, -ModerateExponent, GreatestExponent));
        return (q + Vector<float>.One) * PowerOfTwo(shifted);
    }

    /// <summary><c>1 / (1 + e^−x)</c>; what would lie below the least normal float is zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Sigmoid(Vector<float> x) => Vector<float>.One / (Vector<float>.One + NormalExp(-x));

    /// <summary><c>tanh(x)</c>, as <c>m / (m + 2)</c> with <c>m = e^2|x| − 1</c>, which loses no digits near zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Tanh(Vector<float> x)
    {
        // Beyond 10 the result is 1.
        var m = ModerateExpMinusOne(Vector.MinNative(new Vector<float>(20f), Vector.Abs(x + x)));
        return CopySign(m / (m + new Vector<float>(2f)), x);
    }

    /// <summary>The error function, <c>2 / √π · ∫₀ˣ e^−t² dt</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Erf(Vector<float> x)
    {
        var magnitude = Vector.Abs(x);
        var large = CopySign(Vector<float>.One - ErfComplement(magnitude), x);
        return Vector.ConditionalSelect(Vector.GreaterThan(magnitude, Vector<float>.One), large, ErfNearZero(x));
    }

    /// <summary>The share of a standard normal distribution that lies below x, <c>(1 + erf(x / √2)) / 2</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> NormalShare(Vector<float> x)
    {
        var z = x * new Vector<float>(0.70710678f);
        var magnitude = Vector.Abs(z);
        var half = new Vector<float>(0.5f);

        var tail = half * ErfComplement(magnitude);
        tail = Vector.ConditionalSelect(Vector.LessThan(magnitude, new Vector<float>(ErfSaturation)), tail, Vector<float>.Zero);
        var large = Vector.ConditionalSelect(Vector.LessThan(x, Vector<float>.Zero), tail, Vector<float>.One - tail);
        return Vector.ConditionalSelect(Vector.GreaterThan(magnitude, Vector<float>.One), large, Horner(ErfNearZero(z), half, 0.5f));
    }

    /// <summary><c>ln(1 + x)</c> for x ≥ 0, exact to the last places also where 1 + x rounds; see
    /// <see cref="RealMath.LogOnePlus"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> LogOnePlus(Vector<float> x)
    {
        var u = Vector<float>.One + x;
        var corrected = Vector.Log(u) * (x / (u - Vector<float>.One));
        var simple = Vector.Equals(u, Vector<float>.One) | Vector.Equals(u, new Vector<float>(float.PositiveInfinity));
        return Vector.ConditionalSelect(simple, x, corrected);
    }

    /// <summary>Limits x; NaN stays, which the order of the operands sees to on every processor.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Clamp(Vector<float> x, float low, float high) =>
        Vector.MinNative(new Vector<float>(high), Vector.MaxNative(new Vector<float>(low), x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector<float> ModerateExp(Vector<float> x)
    {
        var (shifted, q) = Reduce(x);
        var power = PowerOfTwo(shifted);
        return Vector.MultiplyAddEstimate(power, q, power);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector<float> ModerateExpMinusOne(Vector<float> x)
    {
        var (shifted, q) = Reduce(x);
        var power = PowerOfTwo(shifted);
        return Vector.MultiplyAddEstimate(power, q, power - Vector<float>.One);
    }

    /// <summary>Splits e^x into <c>2^n · (1 + q)</c> with q from about −0.3 to 0.42; n comes with <see cref="ExponentShift"/>
    /// added.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (Vector<float> Shifted, Vector<float> Q) Reduce(Vector<float> x)
    {
        var shifted = Vector.MultiplyAddEstimate(x, new Vector<float>(Log2E), new Vector<float>(ExponentShift));
        var whole = shifted - new Vector<float>(ExponentShift);
        var r = Vector.MultiplyAddEstimate(whole, new Vector<float>(-Ln2High), x);
        r = Vector.MultiplyAddEstimate(whole, new Vector<float>(-Ln2Low), r);

        // Two short chains, even and odd, for one long chain would keep the processor waiting.
        var square = r * r;
        var high = Horner(new Vector<float>(8.3703212e-3f), r, 4.1666169e-2f);
        var low = Horner(new Vector<float>(0.16666506f), r, 0.5f);
        high = Vector.MultiplyAddEstimate(new Vector<float>(1.3952969e-3f), square, high);
        var polynomial = Vector.MultiplyAddEstimate(high, square, low);
        return (shifted, Vector.MultiplyAddEstimate(polynomial, square, r));
    }

    /// <summary>erf(x) for |x| ≤ 1, as x times a polynomial in x².</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector<float> ErfNearZero(Vector<float> x)
    {
        var square = x * x;
        var polynomial = Horner(new Vector<float>(7.8539073e-5f), square, -8.0102088e-4f);
        polynomial = Horner(polynomial, square, 5.1883296e-3f);
        polynomial = Horner(polynomial, square, -2.6853813e-2f);
        polynomial = Horner(polynomial, square, 0.11283585f);
        polynomial = Horner(polynomial, square, -0.37612626f);
        return Horner(polynomial, square, 1.1283791f) * x;
    }

    /// <summary>1 − erf(x) for 1 ≤ x ≤ 4, as e to a polynomial; x beyond 4 counts as 4.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector<float> ErfComplement(Vector<float> x)
    {
        x = Vector.MinNative(new Vector<float>(ErfSaturation), x);
        var polynomial = Horner(new Vector<float>(1.8797170e-4f), x, -2.9640063e-3f);
        polynomial = Horner(polynomial, x, 2.1906476e-2f);
        polynomial = Horner(polynomial, x, -0.10325620f);
        polynomial = Horner(polynomial, x, -0.63796502f);
        polynomial = Horner(polynomial, x, -1.1272022f);
        polynomial = Horner(polynomial, x, -3.1246927e-4f);
        return ModerateExp(polynomial);
    }

    /// <summary>2^n of what <see cref="Reduce"/> gives: zero for n = −127, infinity for 128.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector<float> PowerOfTwo(Vector<float> shifted) => Vector.AsVectorSingle(Vector.AsVectorInt32(shifted) << MantissaBits);

    /// <summary>2^n for n from −126 to 127, by writing the exponent's bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector<float> PowerOfTwo(Vector<int> n) => Vector.AsVectorSingle((n + new Vector<int>(ExponentBias)) << MantissaBits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector<float> Horner(Vector<float> sum, Vector<float> x, float next) =>
    Vector.MultiplyAddEstimate(sum, x, new Vector<float>(next));

    /// <summary>The magnitude of one with the sign of the other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector<float> CopySign(Vector<float> magnitude, Vector<float> sign)
    {
        var signBit = new Vector<float>(-0f);
        return (magnitude & ~signBit) | (sign & signBit);
    }
}
