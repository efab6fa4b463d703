using Octet.Numerics;
using Octet.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Octet.Operators;

/// <summary>
/// ONNX <c>DynamicQuantizeLinear</c>, since opset 11: uint8 values with a scale and zero point that fit the range of the input, zero
/// included. Outputs: the values, the scale, the zero point.
/// </summary>
sealed record DynamicQuantizeLinear : Operator
{
    public static DynamicQuantizeLinear From(Attributes attributes) => new();

    internal override IntegerUse IntegerUse => IntegerUse.Computes;

    public override DataType TypeOfOutput(int output, ReadOnlySpan<DataType> inputs) => output == 1 ? DataType.Float32 : DataType.UInt8;

    public override int MaxOutputs => 3;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        inputs.RequireType(0, DataType.Float32);
        return [new(DataType.UInt8, inputs[0].Shape), new(DataType.Float32, Shape.Scalar), new(DataType.UInt8, Shape.Scalar)];
    }

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var x = inputs[0].Floats;
        var low = x.IsEmpty ? 0 : Math.Min(0, TensorPrimitives.Min<float>(x));
        var high = x.IsEmpty ? 0 : Math.Max(0, TensorPrimitives.Max<float>(x));
        // Where everything is zero any scale will do; 1 divides by nothing.
        var scale = high == low ? 1f : (high - low) / byte.MaxValue;
        var zeroPoint = LinearQuantizer.Quantize(-low, scale, zeroPoint: 0, byte.MinValue, byte.MaxValue);

        LinearQuantizer.Quantize(x, outputs[0].AsSpan<byte>(), scale, zeroPoint, byte.MinValue, byte.MaxValue);
        outputs.Optional(1)?.Floats[0] = scale;
        outputs.Optional(2)?.AsSpan<byte>()[0] = (byte)zeroPoint;
    }
}
