using System.Globalization;
using System.Numerics;
using Octet.Kernels;
using Octet.Numerics;
using Octet.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Octet.Operators;

/// <summary>Converts elements from any type to any other, as ONNX <c>Cast</c> defines it.</summary>
/// <remarks>
/// Floats lose their fraction on the way to integers and saturate at the ends of 8 to 64 bits; integers wrap, and so do those of fewer than 8 bits;
/// anything but zero is true. Real types narrower than float32 go through float32.
/// </remarks>
static class TypeConversion
{
    /// <summary>Writes the elements of <paramref name="x"/> to <paramref name="y"/>, which has as many, in the type of <paramref name="y"/>.</summary>
    public static void Convert(Tensor x, Tensor y)
    {
        if (x.Type == y.Type) x.CopyTo(y);
        else if (y.Type == DataType.String) Format(x, y.Strings);
        else if (x.Type == DataType.String) Parse(x.Strings, y);
        else if (x.Type == DataType.Bool) From<byte>(x.Bytes, y);
        else if (StorageType(x.Type) is var stored && stored != DataType.Undefined) TypeDispatch.Numeric(stored, new Source(x, y));
        else
        {
            using var floats = new Scratch<float>(x.Length);
            ToFloats(x, floats.Span);
            From<float>(floats.Span, y);
        }
    }

    /// <summary>The elements of a tensor of reals as float32.</summary>
    public static void ToFloats(Tensor x, Span<float> floats)
    {
        switch (x.Type)
        {
            case DataType.Float16: TensorPrimitives.ConvertToSingle(x.Span<Half>(), floats); break;
            case DataType.BFloat16: BFloat16.ToSingle(x.Span<ushort>(), floats); break;
            default: throw OperatorException.UnsupportedType(x.Type);
        }
    }

    /// <summary>float32 as the narrower real type of <paramref name="y"/>.</summary>
    public static void FromFloats(ReadOnlySpan<float> floats, Tensor y)
    {
        switch (y.Type)
        {
            case DataType.Float16: TensorPrimitives.ConvertToHalf(floats, y.Span<Half>()); break;
            case DataType.BFloat16: BFloat16.FromSingle(floats, y.Span<ushort>()); break;
            default: throw OperatorException.UnsupportedType(y.Type);
        }
    }

    static void From<T>(ReadOnlySpan<T> x, Tensor y) where T : unmanaged, INumber<T>
    {
        if (y.Type == DataType.Bool) ElementWise.MapScalars(x, y.Span<bool>(), default(IsNotZero<T>));
        else if (BitsOf(y.Type) is var bits && bits > 0) Narrow(x, y, bits);
        else if (StorageType(y.Type) is var stored && stored != DataType.Undefined) TypeDispatch.Numeric(stored, new Destination<T>(x, y));
        else if (y.Type == DataType.Float16) ElementWise.MapScalars(x, y.Span<Half>(), default(Conversion<T, Half>));
        else
        {
            using var floats = new Scratch<float>(x.Length);
            ElementWise.MapScalars(x, floats.Span, default(Conversion<T, float>));
            FromFloats(floats.Span, y);
        }
    }

    /// <summary>Keeps the lowest bits of each integer, with the sign that the highest of them stands for if the type has one.</summary>
    static void Narrow<T>(ReadOnlySpan<T> x, Tensor y, int bits) where T : INumber<T>
    {
        var unused = 32 - bits;
        var signed = y.Type is DataType.Int4 or DataType.Int2;
        for (var i = 0; i < x.Length; i++)
        {
            var integer = int.CreateTruncating(x[i]) << unused;
            y.Bytes[i] = (byte)(signed ? integer >> unused : integer >>> unused);
        }
    }

    static int BitsOf(DataType type) => type switch
    {
        DataType.Int4 or DataType.UInt4 => 4,
        DataType.Int2 or DataType.UInt2 => 2,
        _ => 0,
    };

    /// <summary>The type of number that holds elements in memory; undefined where there is none.</summary>
    static DataType StorageType(DataType type) => type switch
    {
        DataType.Int4 or DataType.Int2 => DataType.Int8,
        DataType.UInt4 or DataType.UInt2 => DataType.UInt8,
        DataType.Float32 or DataType.Float64 => type,
        _ => type.IsInteger ? type : DataType.Undefined,
    };

    static void Parse(ReadOnlySpan<string> texts, Tensor y)
    {
        if (y.Type.IsInteger)
        {
            using var integers = new Scratch<long>(texts.Length);
            for (var i = 0; i < texts.Length; i++)
            {
                integers.Span[i] = long.TryParse(texts[i], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer) ? integer : (long)ParseReal(texts[i]);
            }
            From<long>(integers.Span, y);
        }
        else
        {
            using var reals = new Scratch<double>(texts.Length);
            for (var i = 0; i < texts.Length; i++) reals.Span[i] = ParseReal(texts[i]);
            From<double>(reals.Span, y);
        }
    }

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
        if (StorageType(x.Type) is var stored && stored != DataType.Undefined) TypeDispatch.Numeric(stored, new Writer(x, texts));
        else if (x.Type == DataType.Bool)
        {
            for (var i = 0; i < texts.Length; i++) texts[i] = x.Span<bool>()[i] ? "True" : "False";
        }
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

    readonly struct Source(Tensor x, Tensor y) : INumericVisitor
    {
        public void Visit<T>() where T : unmanaged, INumber<T>, IMinMaxValue<T> => From<T>(x.Span<T>(), y);
    }

    readonly ref struct Writer(Tensor x, Span<string> texts) : INumericVisitor
    {
        readonly Span<string> _texts = texts;

        public void Visit<T>() where T : unmanaged, INumber<T>, IMinMaxValue<T> => Format<T>(x.Span<T>(), _texts);
    }

    readonly ref struct Destination<TX>(ReadOnlySpan<TX> x, Tensor y) : INumericVisitor where TX : unmanaged, INumber<TX>
    {
        readonly ReadOnlySpan<TX> _x = x;

        public void Visit<T>() where T : unmanaged, INumber<T>, IMinMaxValue<T> => ElementWise.MapScalars(_x, y.Span<T>(), default(Conversion<TX, T>));
    }

    readonly struct Conversion<TX, T> : IScalarFunction<TX, T> where TX : INumber<TX> where T : INumber<T>
    {
        public T Invoke(TX x) => T.CreateTruncating(x);
    }

    readonly struct IsNotZero<T> : IScalarFunction<T, bool> where T : INumber<T>
    {
        public bool Invoke(T x) => !T.IsZero(x);
    }
}
