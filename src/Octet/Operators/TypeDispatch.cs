using System.Numerics;
using System.Runtime.InteropServices;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>Something to do with elements of one number type, written once for all of them.</summary>
interface INumericVisitor
{
    void Visit<T>() where T : unmanaged, INumber<T>, IMinMaxValue<T>;
}

/// <summary>Something to do with the bits of elements, whatever they mean.</summary>
interface IBitsVisitor
{
    void Visit<T>() where T : unmanaged, IBinaryInteger<T>, IUnsignedNumber<T>;
}

/// <summary>The one place where an element type that is known only at run time becomes a type of the language.</summary>
static class TypeDispatch
{
    /// <summary>Calls <paramref name="visitor"/> with the type of the elements.</summary>
    /// <exception cref="OperatorException">It is not float32, float64 or an integer of 8 to 64 bits.</exception>
    public static void Numeric<TVisitor>(DataType type, TVisitor visitor) where TVisitor : INumericVisitor, allows ref struct
    {
        switch (type)
        {
            case DataType.Float32: visitor.Visit<float>(); break;
            case DataType.Float64: visitor.Visit<double>(); break;
            case DataType.Int8: visitor.Visit<sbyte>(); break;
            case DataType.UInt8: visitor.Visit<byte>(); break;
            case DataType.Int16: visitor.Visit<short>(); break;
            case DataType.UInt16: visitor.Visit<ushort>(); break;
            case DataType.Int32: visitor.Visit<int>(); break;
            case DataType.UInt32: visitor.Visit<uint>(); break;
            case DataType.Int64: visitor.Visit<long>(); break;
            case DataType.UInt64: visitor.Visit<ulong>(); break;
            default: throw OperatorException.UnsupportedType(type);
        }
    }

    /// <summary>Calls <paramref name="visitor"/> with the unsigned integer that is as wide as the elements.</summary>
    /// <exception cref="OperatorException">Elements of this type are not 1, 2, 4 or 8 bytes wide.</exception>
    public static void Bits<TVisitor>(DataType type, TVisitor visitor) where TVisitor : IBitsVisitor, allows ref struct
    {
        switch (type.Size)
        {
            case 1: visitor.Visit<byte>(); break;
            case 2: visitor.Visit<ushort>(); break;
            case 4: visitor.Visit<uint>(); break;
            case 8: visitor.Visit<ulong>(); break;
            default: throw OperatorException.UnsupportedType(type);
        }
    }

    /// <summary>The elements of a tensor of any type as their bits; <typeparamref name="T"/> is as wide as they are.</summary>
    public static Span<T> BitsOf<T>(this Tensor tensor) where T : unmanaged => MemoryMarshal.Cast<byte, T>(tensor.Bytes);
}
