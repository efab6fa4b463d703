using System.Numerics;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>Hardmax</c>, since opset 13: along one axis, 1 for the first greatest element and 0 for the others. float32 and
/// float64.</summary>
sealed record Hardmax(long Axis) : RealOperator
{
    public static Hardmax From(Attributes attributes) => new(attributes.Int("axis", fallback: -1));

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) => AxisCut.Infer(inputs[0], Axis);

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        Mark<T>(inputs[0].AsSpan<T>(), outputs[0].AsSpan<T>(), AxisCut.At(inputs[0].Shape, Axis));

    internal static void Mark<T>(ReadOnlySpan<T> x, Span<T> y, AxisCut cut) where T : INumber<T>
    {
        y.Clear();
        for (var row = 0; row < cut.Outer * cut.Inner && cut.Count > 0; row++)
        {
            var first = row / cut.Inner * cut.Count * cut.Inner + row % cut.Inner;
            var greatest = first;
            for (var i = 1; i < cut.Count; i++)
            {
                if (x[first + i * cut.Inner] > x[greatest]) greatest = first + i * cut.Inner;
            }
            y[greatest] = T.One;
        }
    }
}
