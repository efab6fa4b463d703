using System.Numerics;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>Something to do with elements of one number type, written once for all of them.</summary>
interface INumericVisitor
{
    void Visit<T>() where T : unmanaged, INumber<T>, IMinMaxValue<T>;
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
}
