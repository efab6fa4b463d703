using Octet.Tensors;

namespace Octet.Operators;

/// <summary>Numbers of attributes as elements of the type that an operator works on.</summary>
static class TypedScalar
{
    /// <summary>A tensor of one element that holds <paramref name="value"/>.</summary>
    /// <exception cref="OperatorException">The type holds no such number.</exception>
    public static Tensor Of(DataType type, float value)
    {
        var scalar = new Tensor(type, Shape.Scalar);
        // Zero bits are zero in every type.
        if (value != 0) TypeConversion.Convert(Tensor.Scalar(value), scalar);
        return scalar;
    }
}
