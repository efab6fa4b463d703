namespace Octet.Numerics;

/// <summary>Which power of two a number becomes that lies between two of them.</summary>
public enum PowerRounding
{
    /// <summary>The least power of two that is not smaller.</summary>
    Up,

    /// <summary>The greatest power of two that is not greater.</summary>
    Down,

    /// <summary>The nearest power of two; the greater one half way between two.</summary>
    Nearest,
}

/// <summary>float8e8m0: only an exponent, <c>2^(code − 127)</c>, and 255 for NaN; the scales of microscaling formats.</summary>
static class PowerOfTwoFloat
{
    const int NotANumber = 255;

    const int FractionBits = 23;

    public static void ToSingle(ReadOnlySpan<byte> codes, Span<float> values)
    {
        for (var i = 0; i < codes.Length; i++) values[i] = codes[i] == NotANumber ? float.NaN : MathF.ScaleB(1, codes[i] - 127);
    }

    /// <param name="values">Floats; the sign is ignored.</param>
    /// <param name="codes">Receives the powers of two.</param>
    /// <param name="rounding">What happens to numbers between two powers.</param>
    /// <param name="saturate">Whether what is too large becomes the greatest power, rather than NaN.</param>
    public static void FromSingle(ReadOnlySpan<float> values, Span<byte> codes, PowerRounding rounding, bool saturate)
    {
        for (var i = 0; i < values.Length; i++) codes[i] = FromSingle(MathF.Abs(values[i]), rounding, saturate);
    }

    static byte FromSingle(float value, PowerRounding rounding, bool saturate)
    {
        if (float.IsNaN(value)) return NotANumber;

        // The exponent bits of a float are this code, but for the numbers below 2^−126, of which 2^−127 has a code.
        var bits = BitConverter.SingleToInt32Bits(value);
        var (code, fraction) = (bits >> FractionBits, bits & ((1 << FractionBits) - 1));
        var half = 1 << (FractionBits - 1);
        if (code == 0) (code, fraction) = fraction > half ? (0, fraction - half) : (0, 0);
        var isUp = rounding switch
        {
            PowerRounding.Up => fraction > 0,
            PowerRounding.Down => false,
            _ => fraction >= half,
        };
        if (isUp) code++;
        return (byte)(code < NotANumber ? code : saturate ? NotANumber - 1 : NotANumber);
    }
}
