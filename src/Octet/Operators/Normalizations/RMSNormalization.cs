using Octet.Kernels;
using Octet.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Octet.Operators;

/// <summary>ONNX <c>RMSNormalization</c>, since opset 23: over all axes from <c>axis</c> on, <c>y = x / sqrt(mean(x²) + epsilon) ·
/// scale</c>. float32 and float64.</summary>
/// <remarks>Inputs: x, and scale, which broadcasts to the normalized axes.</remarks>
sealed record RMSNormalization(long Axis, float Epsilon) : RealOperator
{
    public static RMSNormalization From(Attributes attributes) =>
        new(attributes.Int("axis", fallback: -1), attributes.Float("epsilon", fallback: 1e-5f));

    public override bool IsNormalization => true;

    public override int RequiredInputs => 2;

    public override DataType TypeOfOutput(int output, ReadOnlySpan<DataType> inputs) => inputs.TypeAt(1);

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        NormalizedRow.Check(inputs, inputs[0].Shape.NormalizeAxis(Axis));
        return [new(inputs[1].Type, inputs[0].Shape)];
    }

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var shape = inputs[0].Shape;
        var cut = AxisCut.From(shape, Axis);
        using var scale = new Scratch<T>(cut.Count);
        NormalizedRow.Expand(inputs[1], shape[shape.NormalizeAxis(Axis)..], scale.Span);
        for (var row = 0; row < cut.Outer; row++)
        {
            var x = inputs[0].AsSpan<T>().Slice(row * cut.Count, cut.Count);
            var y = outputs[0].AsSpan<T>().Slice(row * cut.Count, cut.Count);
            var meanSquare = RowStatistics.SumOfSquares<T>(x, T.Zero) / T.CreateChecked(cut.Count);
            TensorPrimitives.Multiply(x, T.One / T.Sqrt(meanSquare + T.CreateChecked(Epsilon)), y);
            TensorPrimitives.Multiply(y, scale.Span, y);
        }
    }
}
