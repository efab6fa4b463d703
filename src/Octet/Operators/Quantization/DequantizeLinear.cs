using System.Numerics;
using Octet.Kernels;
using Octet.Numerics;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// ONNX <c>DequantizeLinear</c>, since opset 10: <c>y = (x − zeroPoint) · scale</c>, with one scale for the tensor,
/// for each index of an axis (since 13), or for each block along it (since 21).
/// </summary>
/// <param name="Axis">The axis that several scales lie along; negative counts from the end.</param>
/// <param name="BlockSize">Elements along the axis that share a scale; 0 without blocks.</param>
/// <param name="OutputType">Type of the result; null for that of the scales.</param>
sealed record DequantizeLinear(long Axis, int BlockSize, DataType? OutputType) : Operator
{
    public static DequantizeLinear From(Attributes attributes) => new(
        attributes.Int("axis", fallback: 1),
        ScaleLayout.BlockSize(attributes),
        attributes.ElementTypeOrNull("output_dtype") switch
        {
            (null or DataType.Float32 or DataType.Float16 or DataType.BFloat16) and var type => type,
            var type => throw AttributeException.BadValue("output_dtype", type, "float32, float16, bfloat16"),
        });

    internal override IntegerUse IntegerUse => IntegerUse.Reads;

    public override int RequiredInputs => 2;

    public override DataType TypeOfOutput(int output, ReadOnlySpan<DataType> inputs) => OutputType ?? inputs.TypeAt(1);

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        inputs.RequireType(1, DataType.Float32, DataType.Float16, DataType.BFloat16);
        return [new(OutputType ?? inputs[1].Type, inputs[0].Shape)];
    }

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var (x, scales, zeroPoints) = (inputs[0], inputs[1], inputs.Optional(2));
        if (zeroPoints is not null && (zeroPoints.Length != scales.Length || zeroPoints.Type != x.Type))
        {
            throw new OperatorException($"zero points {zeroPoints} do not fit elements {x} with scales of shape {scales.Shape}");
        }
        switch (x.Type)
        {
            case DataType.UInt8 or DataType.UInt4 or DataType.UInt2: Dequantize<byte>(x, scales, zeroPoints, outputs[0].Floats); break;
            case DataType.Int8 or DataType.Int4 or DataType.Int2: Dequantize<sbyte>(x, scales, zeroPoints, outputs[0].Floats); break;
            case DataType.UInt16: Dequantize<ushort>(x, scales, zeroPoints, outputs[0].Floats); break;
            case DataType.Int16: Dequantize<short>(x, scales, zeroPoints, outputs[0].Floats); break;
            case DataType.Int32: Dequantize<int>(x, scales, zeroPoints, outputs[0].Floats); break;
            default: DequantizeReals(x, scales, outputs[0].Floats); break;
        }
    }

    void Dequantize<T>(Tensor x, Tensor scales, Tensor? zeroPoints, Span<float> y) where T : unmanaged, IBinaryInteger<T>
    {
        foreach (var run in ScaleLayout.Of(x.Shape, scales.Shape, Axis, BlockSize))
        {
            var zeroPoint = zeroPoints is null ? 0 : int.CreateTruncating(zeroPoints.AsSpan<T>()[run.Scale]);
            LinearQuantizer.Dequantize<T>(x.AsSpan<T>().Slice(run.Start, run.Length), y.Slice(run.Start, run.Length),
                scales.Floats[run.Scale], zeroPoint);
        }
    }

    /// <summary>Real types of 4 or 8 bits, whose zero point is always zero.</summary>
    void DequantizeReals(Tensor x, Tensor scales, Span<float> y)
    {
        var type = SmallFloat.Of(x.Type) ?? throw OperatorException.UnsupportedType(x.Type);
        type.ToSingle(x.Bytes, y);
        foreach (var run in ScaleLayout.Of(x.Shape, scales.Shape, Axis, BlockSize))
        {
            var reals = y.Slice(run.Start, run.Length);
            ElementWise.Map(reals, scales.Floats[run.Scale], reals, default(Mul.Product<float>));
        }
    }
}
