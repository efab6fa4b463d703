using Octet.Tensors;

namespace Octet.Operators;

/// <summary>Numbers of attributes as elements of the type that an operator works on.</summary>
static class TypedScalar
{
    /// <summary>A tensor of one element that holds <paramref name="value"/>.</summary>
    /// <exception cref="OperatorException">The type does not hold real numbers.</exception>
    public static Tensor Of(DataType type, float value) => type switch
    {
        // Zero bits are zero in every type.
        _ when value == 0 => new Tensor(type, Shape.Scalar),
        DataType.Float32 => Tensor.Scalar(value),
        DataType.Float64 => Tensor.Scalar((double)value),
        DataType.Float16 => Tensor.Scalar((Half)value),
        _ => throw OperatorException.UnsupportedType(type),
    };
}
