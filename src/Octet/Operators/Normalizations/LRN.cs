using Octet.Kernels;
using Octet.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Octet.Operators;

/// <summary>
/// ONNX <c>LRN</c>, since opset 1 (local response normalization): <c>y = x / (bias + alpha / size · Σ x²)^beta</c>, where the sum goes over
/// the
/// <c>size</c> channels around each. float32 and float64.
/// </summary>
/// <remarks>Source: Krizhevsky, Sutskever and Hinton 2012, "ImageNet Classification with Deep Convolutional Neural Networks", section
/// 3.3.</remarks>
/// <param name="Alpha">Weight of the mean square.</param>
/// <param name="Beta">The exponent.</param>
/// <param name="Bias">Keeps the divisor from zero.</param>
/// <param name="Size">Number of channels; of an even number one more lies behind than before.</param>
sealed record LRN(float Alpha, float Beta, float Bias, int Size) : RealOperator
{
    public static LRN From(Attributes attributes) => attributes.Int("size") is var size and > 0 and <= int.MaxValue
        ? new(attributes.Float("alpha", fallback: 1e-4f), attributes.Float("beta", fallback: 0.75f), attributes.Float("bias", fallback: 1),
            (int)size)
        : throw AttributeException.BadValue("size", attributes.Int("size"), $"from 1 to {int.MaxValue}");

    internal override double Work(ReadOnlySpan<TensorInfo> inputs, ReadOnlySpan<TensorInfo> outputs) =>
        inputs[0].Shape.Length * (double)Size;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) => inputs[0].Shape.Rank >= 2
        ? [new(inputs[0].Type, inputs[0].Shape)]
        : throw new ShapeException($"the input has shape {inputs[0].Shape}; [batch, channels, …] is expected");

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var layout = AxisCut.At(inputs[0].Shape, 1);
        var (before, after) = ((Size - 1) / 2, Size / 2);
        for (var row = 0; row < layout.Outer * layout.Count; row++)
        {
            var (image, channel) = Math.DivRem(row, layout.Count);
            var y = Row<T>(outputs[0], row, layout);
            y.Clear();
            var last = (int)Math.Min(layout.Count - 1L, (long)channel + after);
            for (var neighbour = Math.Max(0, channel - before); neighbour <= last; neighbour++)
            {
                var x = Row<T>(inputs[0], image * layout.Count + neighbour, layout);
                TensorPrimitives.MultiplyAdd(x, x, y, y);
            }
            RowStatistics.Scale<T>(y, y, T.CreateChecked(Alpha) / T.CreateChecked(Size), T.CreateChecked(Bias));
            TensorPrimitives.Pow(y, T.CreateChecked(Beta), y);
            TensorPrimitives.Divide(Row<T>(inputs[0], row, layout), y, y);
        }
    }

    static Span<T> Row<T>(Tensor tensor, int row, AxisCut layout) where T : unmanaged =>
        tensor.AsSpan<T>().Slice(row * layout.Inner, layout.Inner);
}
