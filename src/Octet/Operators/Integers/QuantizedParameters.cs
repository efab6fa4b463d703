using Octet.Kernels;
using Octet.Numerics;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>Scale and zero point of 8-bit integers that all elements of a tensor share.</summary>
readonly record struct StepWidth(float Scale, int ZeroPoint, DataType Type)
{
    public bool IsSigned => Type == DataType.Int8;

    /// <summary>Least and greatest integer.</summary>
    public (int Low, int High) Limits => IntegerOperand.Limits(Type);

    /// <summary>Reads the operands of a node.</summary>
    /// <param name="scale">float32, one element.</param>
    /// <param name="zeroPoint">int8 or uint8, one element; null for 0.</param>
    /// <param name="type">The type of the integers.</param>
    public static StepWidth Of(Tensor scale, Tensor? zeroPoint, DataType type) =>
        new(scale.Floats[0], IntegerOperand.ZeroPoint(zeroPoint), type);

    /// <summary>The real value of an integer, given by its byte.</summary>
    public float Real(byte integer) => ((IsSigned ? (sbyte)integer : integer) - ZeroPoint) * Scale;

    /// <summary>The byte of the integer of a real value.</summary>
    public byte Integer(float real) => (byte)LinearQuantizer.Quantize(real, Scale, ZeroPoint, Limits.Low, Limits.High);

    /// <summary>Checks integers, their scale and their zero point, each one for all elements.</summary>
    public static void Check(TensorInfo integers, TensorInfo scale, TensorInfo? zeroPoint, string what)
    {
        IntegerOperand.Check(integers, zeroPoint);
        IntegerOperand.CheckScale(scale, $"the scale of {what}");
        IntegerOperand.CheckCount(zeroPoint, $"the zero point of {what}");
    }
}
