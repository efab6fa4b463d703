using System.Numerics;
using Octet.Kernels;
using Octet.Numerics;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// ONNX <c>QuantizeLinear</c>, since opset 10: <c>y = saturate(roundHalfToEven(x / scale) + zeroPoint)</c>, with one scale for the tensor,
/// for each index of an axis (since 13), or for each block along it (since 21).
/// </summary>
/// <param name="Axis">The axis that several scales lie along; negative counts from the end.</param>
/// <param name="BlockSize">Elements along the axis that share a scale; 0 without blocks.</param>
/// <param name="OutputType">Type of the result where no zero point says it.</param>
/// <param name="Saturate">Whether what is too large for a real type of 8 bits becomes its greatest number, rather than infinity or
/// NaN.</param>
sealed record QuantizeLinear(long Axis, int BlockSize, DataType OutputType, bool Saturate) : Operator
{
    public static QuantizeLinear From(Attributes attributes) => new(
        attributes.Int("axis", fallback: 1),
        ScaleLayout.BlockSize(attributes),
        attributes.ElementTypeOrNull("output_dtype") ?? DataType.UInt8,
        attributes.Flag("saturate", fallback: true));

    internal override IntegerUse IntegerUse => IntegerUse.Makes;

    public override int RequiredInputs => 2;

    public override DataType TypeOfOutput(int output, ReadOnlySpan<DataType> inputs) =>
        inputs.TypeAt(2) is var type and not DataType.Undefined ? type : OutputType;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        inputs.RequireType(0, DataType.Float32, DataType.Float16, DataType.BFloat16, DataType.Int32);
        inputs.RequireType(1, DataType.Float32, DataType.Float16, DataType.BFloat16);
        return [new(inputs.Optional(2)?.Type ?? OutputType, inputs[0].Shape)];
    }

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var (x, scales, zeroPoints) = (inputs[0], inputs[1], inputs.Optional(2));
        if (zeroPoints is not null && zeroPoints.Length != scales.Length)
            throw new OperatorException($"zero points of shape {zeroPoints.Shape} do not fit scales of shape {scales.Shape}");
        if (x.Type == DataType.Int32)
        {
            using var floats = new Scratch<float>(x.Length);
            ElementWise.MapScalars(x.AsSpan<int>(), floats.Span, default(ToFloat));
            Quantize(floats.Span, x.Shape, scales, zeroPoints, outputs[0]);
        }
        else Quantize(x.Floats, x.Shape, scales, zeroPoints, outputs[0]);
    }

    void Quantize(ReadOnlySpan<float> x, Shape shape, Tensor scales, Tensor? zeroPoints, Tensor y)
    {
        var layout = ScaleLayout.Of(shape, scales.Shape, Axis, BlockSize);
        switch (y.Type)
        {
            case DataType.UInt8: Quantize<byte>(x, layout, scales, zeroPoints, y, byte.MinValue, byte.MaxValue); break;
            case DataType.Int8: Quantize<sbyte>(x, layout, scales, zeroPoints, y, sbyte.MinValue, sbyte.MaxValue); break;
            case DataType.UInt16: Quantize<ushort>(x, layout, scales, zeroPoints, y, ushort.MinValue, ushort.MaxValue); break;
            case DataType.Int16: Quantize<short>(x, layout, scales, zeroPoints, y, short.MinValue, short.MaxValue); break;
            case DataType.UInt4: Quantize<byte>(x, layout, scales, zeroPoints, y, 0, 15); break;
            case DataType.Int4: Quantize<sbyte>(x, layout, scales, zeroPoints, y, -8, 7); break;
            case DataType.UInt2: Quantize<byte>(x, layout, scales, zeroPoints, y, 0, 3); break;
            case DataType.Int2: Quantize<sbyte>(x, layout, scales, zeroPoints, y, -2, 1); break;
            default: QuantizeToReals(x, layout, scales, y); break;
        }
    }

    static void Quantize<T>(ReadOnlySpan<float> x, ScaleLayout layout, Tensor scales, Tensor? zeroPoints, Tensor y, int low, int high)
        where T : unmanaged, IBinaryInteger<T>
    {
        foreach (var run in layout)
        {
            var zeroPoint = zeroPoints is null ? 0 : int.CreateTruncating(zeroPoints.AsSpan<T>()[run.Scale]);
            var integers = y.AsSpan<T>().Slice(run.Start, run.Length);
            LinearQuantizer.Quantize(x.Slice(run.Start, run.Length), integers, scales.Floats[run.Scale], zeroPoint, low, high);
        }
    }

    /// <summary>Real types of 4 or 8 bits, whose zero point is always zero.</summary>
    void QuantizeToReals(ReadOnlySpan<float> x, ScaleLayout layout, Tensor scales, Tensor y)
    {
        var type = SmallFloat.Of(y.Type) ?? throw OperatorException.UnsupportedType(y.Type);
        using var scratch = new Scratch<float>(x.Length);
        foreach (var run in layout)
        {
            var quotients = scratch.Span.Slice(run.Start, run.Length);
            ElementWise.Map(x.Slice(run.Start, run.Length), scales.Floats[run.Scale], quotients, default(Div.Quotient<float>));
        }
        type.FromSingle(scratch.Span, y.Bytes, Saturate);
    }

    readonly struct ToFloat : IScalarFunction<int, float>
    {
        public float Invoke(int x) => x;
    }
}
