using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>LpPool</c>, since opset 1: the p-norm of each window, <c>(Σ |x|^p)^(1/p)</c>, for one to three spatial dimensions.
/// float32 and float64.</summary>
sealed record LpPool(SlidingWindow Window, float P) : RealOperator
{
    public static LpPool From(Attributes attributes) => new(PoolingShapes.Window(attributes), PoolingShapes.Power(attributes));

    internal override double Work(ReadOnlySpan<TensorInfo> inputs, ReadOnlySpan<TensorInfo> outputs) =>
        inputs.TotalLength() + outputs.TotalLength() * Window.Taps;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) =>
        [new(inputs[0].Type, PoolingShapes.Output(inputs[0].Shape, Window))];

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var (window, p) = (Window.Geometry(inputs[0].Shape), T.CreateChecked(P));
        using var powers = new Scratch<T>(window.InputLength);
        var result = new MatrixView<T>(outputs[0].Pointer<T>(), window.OutputLength);
        for (var channel = 0; channel < inputs[0].Shape.LengthOf(0, 2); channel++)
        {
            PowerSum.Raise<T>(inputs[0].AsSpan<T>().Slice(channel * window.InputLength, window.InputLength), powers.Span, p);
            PoolingWindow.Fold(powers.Pointer, result.Row(channel), window, new PoolingSum<T>());
        }
        PowerSum.Root(outputs[0].AsSpan<T>(), p);
    }
}

/// <summary>ONNX <c>GlobalLpPool</c>, since opset 1: the p-norm of each channel, [batch, channels, …] to [batch, channels, 1, …]. float32
/// and float64.</summary>
sealed record GlobalLpPool(float P) : RealOperator
{
    public static GlobalLpPool From(Attributes attributes) => new(PoolingShapes.Power(attributes));

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) =>
        [new(inputs[0].Type, PoolingShapes.GlobalOutput(inputs[0].Shape))];

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var (length, p) = (inputs[0].Shape.LengthOf(2, inputs[0].Shape.Rank), T.CreateChecked(P));
        using var powers = new Scratch<T>(length);
        var y = outputs[0].AsSpan<T>();
        for (var channel = 0; channel < y.Length; channel++)
        {
            PowerSum.Raise<T>(inputs[0].AsSpan<T>().Slice(channel * length, length), powers.Span, p);
            y[channel] = RowStatistics.Sum<T>(powers.Span);
        }
        PowerSum.Root(y, p);
    }
}
