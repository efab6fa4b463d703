using System.Collections.Frozen;
using Octet.Tensors;

namespace Octet.Numerics;

/// <summary>A real type of 4 or 8 bits: a sign, an exponent, and a fraction; how its bytes become floats and back.</summary>
/// <remarks>Source: Micikevicius et al. 2022, arXiv:2209.05433 (E4M3, E5M2); Noune et al. 2022, arXiv:2206.02915 (FNUZ); OCP microscaling
/// formats 1.0 (E2M1).</remarks>
sealed record SmallFloat
{
    static readonly FrozenDictionary<DataType, SmallFloat> Types = new Dictionary<DataType, SmallFloat>
    {
        [DataType.Float8E4M3FN] = new() { FractionBits = 3, Bias = 7, Greatest = 0x7E, NotANumber = 0x7F, Overflow = 0x7F },
        [DataType.Float8E4M3FNUZ] = new()
        { FractionBits = 3, Bias = 8, Greatest = 0x7F, NotANumber = 0x80, Overflow = 0x80, HasNegativeZero = false },
        [DataType.Float8E5M2] = new() { FractionBits = 2, Bias = 15, Greatest = 0x7B, NotANumber = 0x7E, Overflow = 0x7C, Infinity = 0x7C },
        [DataType.Float8E5M2FNUZ] = new()
        { FractionBits = 2, Bias = 16, Greatest = 0x7F, NotANumber = 0x80, Overflow = 0x80, HasNegativeZero = false },
        [DataType.Float4E2M1] = new()
        { FractionBits = 1, Bias = 1, SignBit = 0x8, Greatest = 0x7, NotANumber = 0x8, Overflow = 0x7, HasNotANumber = false },
    }.ToFrozenDictionary();

    /// <summary>Bits after the point.</summary>
    required public int FractionBits { get; init; }

    /// <summary>What is added to an exponent so that it is stored without a sign.</summary>
    required public int Bias { get; init; }

    public int SignBit { get; init; } = 0x80;

    /// <summary>The code of the greatest finite number.</summary>
    required public int Greatest { get; init; }

    required public int NotANumber { get; init; }

    /// <summary>What numbers beyond the greatest become where they do not saturate; the sign is added.</summary>
    required public int Overflow { get; init; }

    public int? Infinity { get; init; }

    public bool HasNotANumber { get; init; } = true;

    public bool HasNegativeZero { get; init; } = true;

    /// <summary>The type's numbers; null for types that are not of this kind.</summary>
    public static SmallFloat? Of(DataType type) => Types.GetValueOrDefault(type);

    public void ToSingle(ReadOnlySpan<byte> codes, Span<float> values)
    {
        for (var i = 0; i < codes.Length; i++) values[i] = ToSingle(codes[i]);
    }

    /// <param name="values">Any floats.</param>
    /// <param name="codes">Receives the nearest codes, ties to even.</param>
    /// <param name="saturate">Whether what is too large becomes the greatest finite number, rather than infinity or NaN.</param>
    public void FromSingle(ReadOnlySpan<float> values, Span<byte> codes, bool saturate)
    {
        for (var i = 0; i < values.Length; i++) codes[i] = FromSingle(values[i], saturate);
    }

    public float ToSingle(byte code)
    {
        var sign = (code & SignBit) != 0 ? -1f : 1f;
        var magnitude = code & (SignBit - 1);
        if (HasNotANumber && (code == NotANumber || (NotANumber < SignBit && magnitude > (Infinity ?? Greatest)))) return float.NaN;
        if (magnitude == Infinity) return sign * float.PositiveInfinity;

        var exponent = magnitude >> FractionBits;
        var fraction = magnitude & ((1 << FractionBits) - 1);
        return exponent == 0
            ? sign * MathF.ScaleB(fraction, 1 - Bias - FractionBits)
            : sign * MathF.ScaleB(fraction + (1 << FractionBits), exponent - Bias - FractionBits);
    }

    public byte FromSingle(float value, bool saturate)
    {
        if (float.IsNaN(value)) return (byte)NotANumber;

        var magnitude = MathF.Abs(value);
        var sign = float.IsNegative(value) ? SignBit : 0;
        var code = Greatest + 1;
        if (float.IsFinite(value))
        {
            // Numbers below the least normal one share its exponent; so one formula fits both, and a carry moves on to the next exponent by
            // itself.
            var exponent = Math.Max(magnitude == 0 ? int.MinValue : Math.ILogB(magnitude), 1 - Bias);
            var steps = (int)MathF.Round(MathF.ScaleB(magnitude, FractionBits - exponent), MidpointRounding.ToEven);
            code = Math.Min(((exponent + Bias - 1) << FractionBits) + steps, Greatest + 1);
        }
        if (code > Greatest) code = saturate ? Greatest : Overflow;
        return (byte)(code == 0 && !HasNegativeZero ? 0 : code | sign);
    }
}
