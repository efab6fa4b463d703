using System.Globalization;
using System.Numerics;
using Octet.Kernels;
using Octet.Numerics;
using Octet.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Octet.Operators;

/// <summary>Converts elements from any type to any other, as ONNX <c>Cast</c> defines it.</summary>
/// <remarks>
/// Floats lose their fraction on the way to integers and saturate at the ends of 8 to 64 bits; integers wrap, and so do all numbers on the
/// way to integers of fewer than 8 bits; anything but zero is true. Real types narrower than float32 go through float32.
/// </remarks>
static class TypeConversion
{
    /// <summary>Writes the elements of <paramref name="x"/> to <paramref name="y"/>, which has as many, in the type of
    /// <paramref name="y"/>.</summary>
    /// <param name="x">Elements of any type.</param>
    /// <param name="y">Receives them.</param>
    /// <param name="saturate">Whether what is too large for a real type of 8 bits becomes the greatest number of that type, rather than
    /// infinity or NaN.</param>
    /// <param name="rounding">What becomes of numbers between two powers of two where the type has no others.</param>
    public static void Convert(Tensor x, Tensor y, bool saturate = true, PowerRounding rounding = PowerRounding.Up)
    {
        if (x.Type == y.Type) x.CopyTo(y);
        else if (y.Type == DataType.String) Format(x, y.Strings);
        else if (y.Type == DataType.Bool) ToBools(x, y.AsSpan<bool>());
        else if (y.Type == DataType.Float16 && x.Type != DataType.Float32) Read(x, y.AsSpan<Half>());
        else if (y.Type is DataType.Int4 or DataType.UInt4 or DataType.Int2 or DataType.UInt2) ToFewBits(x, y);
        else if (!IsNarrowReal(y.Type)) TypeDispatch.Numeric(y.Type, new Destination(x, y));
        else if (x.Type == DataType.Float32) FromFloats(x.Floats, y, saturate, rounding);
        else
        {
            using var floats = new Scratch<float>(x.Length);
            Read(x, floats.Span);
            FromFloats(floats.Span, y, saturate, rounding);
        }
    }

    /// <summary>The elements of a tensor of any type as numbers of type <typeparamref name="T"/>.</summary>
    public static void Read<T>(Tensor x, Span<T> numbers) where T : unmanaged, INumber<T>
    {
        if (x.Type == DataType.String) Parse(x.Strings, numbers);
        else if (!IsNarrowReal(x.Type)) TypeDispatch.Numeric(StoredAs(x.Type), new Source<T>(x, numbers));
        else
        {
            using var floats = new Scratch<float>(x.Length);
            ToFloats(x, floats.Span);
            ElementWise.MapScalars(floats.Span, numbers, default(Conversion<float, T>));
        }
    }

    static void ToFloats(Tensor x, Span<float> floats)
    {
        switch (x.Type)
        {
            case DataType.Float16: TensorPrimitives.ConvertToSingle(x.AsSpan<Half>(), floats); break;
            case DataType.BFloat16: BFloat16.ToSingle(x.AsSpan<ushort>(), floats); break;
            case DataType.Float8E8M0: PowerOfTwoFloat.ToSingle(x.Bytes, floats); break;
            default: SmallFloat.Of(x.Type)!.ToSingle(x.Bytes, floats); break;
        }
    }

    static void FromFloats(ReadOnlySpan<float> floats, Tensor y, bool saturate, PowerRounding rounding)
    {
        switch (y.Type)
        {
            case DataType.Float16: TensorPrimitives.ConvertToHalf(floats, y.AsSpan<Half>()); break;
            case DataType.BFloat16: BFloat16.FromSingle(floats, y.AsSpan<ushort>()); break;
            case DataType.Float8E8M0: PowerOfTwoFloat.FromSingle(floats, y.Bytes, rounding, saturate); break;
            default: SmallFloat.Of(y.Type)!.FromSingle(floats, y.Bytes, saturate); break;
        }
    }

    static void ToBools(Tensor x, Span<bool> bools)
    {
        using var numbers = new Scratch<double>(x.Length);
        Read(x, numbers.Span);
        for (var i = 0; i < bools.Length; i++) bools[i] = numbers.Span[i] != 0;
    }

    /// <summary>Keeps the lowest bits of each integer, with the sign that the highest of them encodes if the type is signed.</summary>
    static void ToFewBits(Tensor x, Tensor y)
    {
        using var integers = new Scratch<int>(x.Length);
        Read(x, integers.Span);
        var unused = 32 - y.Type.BitsInFile;
        var signed = y.Type is DataType.Int4 or DataType.Int2;
        for (var i = 0; i < integers.Span.Length; i++)
        {
            var top = integers.Span[i] << unused;
            y.Bytes[i] = (byte)(signed ? top >> unused : top >>> unused);
        }
    }

    /// <summary>Reals that are computed with in float32.</summary>
    static bool IsNarrowReal(DataType type) =>
        type is DataType.Float16 or DataType.BFloat16 or DataType.Float8E8M0 || SmallFloat.Of(type) is not null;

    /// <summary>The type of number that holds such elements in memory.</summary>
    static DataType StoredAs(DataType type) => type switch
    {
        DataType.Int4 or DataType.Int2 => DataType.Int8,
        DataType.UInt4 or DataType.UInt2 or DataType.Bool => DataType.UInt8,
        _ => type,
    };

    /// <summary>The elements as they lie in memory; true is 1.</summary>
    static ReadOnlySpan<T> NumbersOf<T>(Tensor x) where T : unmanaged => x.Type == DataType.Bool ? x.BitsOf<T>() : x.AsSpan<T>();

    static void Parse<T>(ReadOnlySpan<string> texts, Span<T> numbers) where T : INumber<T>
    {
        for (var i = 0; i < texts.Length; i++)
        {
            numbers[i] = T.TryParse(texts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                ? number : T.CreateTruncating(ParseReal(texts[i]));
        }
    }

    /// <summary>Numbers whose type has no way to write them: infinities, NaN, and reals that become integers.</summary>
    static double ParseReal(string text) => text.ToUpperInvariant() switch
    {
        "INF" or "+INF" => double.PositiveInfinity,
        "-INF" => double.NegativeInfinity,
        "NAN" => double.NaN,
        _ when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) => real,
        _ => throw new OperatorException($"the text '{text}' is not a number"),
    };

    /// <summary>The shortest text that gives the number back.</summary>
    static void Format(Tensor x, Span<string> texts)
    {
        if (!IsNarrowReal(x.Type)) TypeDispatch.Numeric(StoredAs(x.Type), new Writer(x, texts));
        else
        {
            using var floats = new Scratch<float>(x.Length);
            ToFloats(x, floats.Span);
            Format<float>(floats.Span, texts);
        }
    }

    static void Format<T>(ReadOnlySpan<T> numbers, Span<string> texts) where T : INumber<T>
    {
        for (var i = 0; i < texts.Length; i++)
        {
            texts[i] = T.IsNaN(numbers[i]) ? "NaN"
                : T.IsInfinity(numbers[i]) ? T.IsNegative(numbers[i]) ? "-INF" : "INF"
                : numbers[i].ToString(null, CultureInfo.InvariantCulture);
        }
    }

    readonly struct Destination(Tensor x, Tensor y) : INumericVisitor
    {
        public void Visit<T>() where T : unmanaged, INumber<T>, IMinMaxValue<T> => Read(x, y.AsSpan<T>());
    }

    readonly ref struct Source<TResult>(Tensor x, Span<TResult> numbers) : INumericVisitor where TResult : unmanaged, INumber<TResult>
    {
        readonly Span<TResult> _numbers = numbers;

        public void Visit<T>() where T : unmanaged, INumber<T>, IMinMaxValue<T> =>
            ElementWise.MapScalars<T, TResult, Conversion<T, TResult>>(NumbersOf<T>(x), _numbers, default);
    }

    readonly ref struct Writer(Tensor x, Span<string> texts) : INumericVisitor
    {
        readonly Span<string> _texts = texts;

        public void Visit<T>() where T : unmanaged, INumber<T>, IMinMaxValue<T> => Format<T>(NumbersOf<T>(x), _texts);
    }

    readonly struct Conversion<TX, T> : IScalarFunction<TX, T> where TX : INumber<TX> where T : INumber<T>
    {
        public T Invoke(TX x) => T.CreateTruncating(x);
    }
}
