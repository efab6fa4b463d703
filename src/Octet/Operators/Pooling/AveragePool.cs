using System.Numerics;
using Octet.Kernels;
using Octet.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Octet.Operators;

/// <summary>ONNX <c>AveragePool</c>, since opset 1: the mean of each window, for one to three spatial dimensions. float32 and
/// float64.</summary>
/// <param name="Window">How the window moves.</param>
/// <param name="CountsPadding">Whether padding counts as elements of value zero (<c>count_include_pad</c>, since opset 7).</param>
sealed record AveragePool(SlidingWindow Window, bool CountsPadding) : RealOperator
{
    public static AveragePool From(Attributes attributes) => new(PoolingShapes.Window(attributes), attributes.Flag("count_include_pad"));

    public override bool KeepsNonNegative => true;

    public override bool KeepsChannelScales => true;

    internal override IntegerForm? InIntegers =>
        new(new QLinearAveragePool(Window, CountsPadding, ChannelsLast: false), OperandOrder.OutputLast)
        {
            AttributesInFile = static (attributes, _) => attributes.Has("dilations") ? null : attributes,
        };

    internal override double Work(ReadOnlySpan<TensorInfo> inputs, ReadOnlySpan<TensorInfo> outputs) =>
        inputs.TotalLength() + outputs.TotalLength() * Window.Taps;

    public override int MaxInputs => 1;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) =>
        [new(inputs[0].Type, PoolingShapes.Output(inputs[0].Shape, Window))];

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var (input, output) = (inputs[0], outputs[0]);
        var window = Window.Geometry(input.Shape);
        using var counts = new Scratch<T>(window.OutputLength);
        for (var i = 0; i < window.OutputLength; i++) counts.Span[i] = T.CreateChecked(CountOf(i, window));

        var (source, result) =
            (new MatrixView<T>(input.Pointer<T>(), window.InputLength), new MatrixView<T>(output.Pointer<T>(), window.OutputLength));
        for (var channel = 0; channel < input.Shape.LengthOf(0, 2); channel++)
        {
            PoolingWindow.Fold(source.Row(channel), result.Row(channel), window, new PoolingSum<T>());
            TensorPrimitives.Divide<T>(new Span<T>(result.Row(channel), window.OutputLength), counts.Span,
                new(result.Row(channel), window.OutputLength));
        }
    }

    /// <summary>Number of elements that window <paramref name="output"/> divides by; at least 1, so that a window of nothing but padding
    /// gives zero.</summary>
    long CountOf(int output, in WindowGeometry window)
    {
        var (line, x) = Math.DivRem(output, window.Width.Output);
        var (z, y) = Math.DivRem(line, window.Height.Output);
        return Math.Max(1L,
            (long)window.Depth.Count(z, CountsPadding) * window.Height.Count(y, CountsPadding) * window.Width.Count(x, CountsPadding));
    }

    internal override GradientFacts Gradient => GradientFacts.ReadsNothing;

    private protected override unsafe void Backward<T>(in BackwardPass pass)
    {
        if (!pass.Wants(0, out var gradient)) return;
        var window = Window.Geometry(gradient.Shape);
        using var counts = new Scratch<T>(window.OutputLength);
        using var shares = new Scratch<T>(window.OutputLength);
        for (var i = 0; i < window.OutputLength; i++) counts.Span[i] = T.CreateChecked(CountOf(i, window));
        gradient.AsSpan<T>().Clear();
        for (var channel = 0; channel < gradient.Shape.LengthOf(0, 2); channel++)
        {
            TensorPrimitives.Divide<T>(pass.FirstUpstream.AsSpan<T>().Slice(channel * window.OutputLength, window.OutputLength),
                counts.Span, shares.Span);
            PoolingWindow.AddBack(shares.Pointer, gradient.Pointer<T>() + (nint)channel * window.InputLength, window);
        }
    }
}

/// <summary>Adds the elements of a window up.</summary>
readonly struct PoolingSum<T> : IPoolingStep<T> where T : unmanaged, INumber<T>
{
    public static T Start => T.Zero;

    public T Invoke(T soFar, T element) => soFar + element;

    public Vector<T> Invoke(Vector<T> soFar, Vector<T> elements) => soFar + elements;
}
