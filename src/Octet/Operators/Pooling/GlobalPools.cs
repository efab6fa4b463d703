using System.Numerics;
using Octet.Kernels;
using Octet.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Octet.Operators;

/// <summary>ONNX <c>GlobalAveragePool</c>, since opset 1: the mean of each channel, [batch, channels, …] to [batch, channels, 1, …].
/// float32 and float64.</summary>
sealed record GlobalAveragePool : RealOperator
{
    public static GlobalAveragePool From(Attributes attributes) => new();

    public override bool KeepsNonNegative => true;

    public override bool KeepsChannelScales => true;

    internal override IntegerForm? InIntegers => new(new QLinearGlobalAveragePool(ChannelsLast: false), OperandOrder.OutputLast);

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) =>
        [new(inputs[0].Type, PoolingShapes.GlobalOutput(inputs[0].Shape))];

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var x = inputs[0].AsSpan<T>();
        var y = outputs[0].AsSpan<T>();
        var length = inputs[0].Shape.LengthOf(2, inputs[0].Shape.Rank);
        for (var i = 0; i < y.Length; i++) y[i] = RowStatistics.Sum<T>(x.Slice(i * length, length)) / T.CreateChecked(length);
    }

    internal override GradientFacts Gradient => GradientFacts.ReadsNothing;

    private protected override void Backward<T>(in BackwardPass pass)
    {
        if (!pass.Wants(0, out var gradient) || gradient.Length == 0) return;
        var upstream = pass.FirstUpstream.AsSpan<T>();
        var length = gradient.Length / upstream.Length;
        for (var i = 0; i < upstream.Length; i++) gradient.AsSpan<T>().Slice(i * length,
            length).Fill(upstream[i] / T.CreateChecked(length));
    }
}

/// <summary>ONNX <c>GlobalMaxPool</c>, since opset 1: the greatest element of each channel, [batch, channels, …] to [batch, channels, 1,
/// …]. float32 and float64.</summary>
sealed record GlobalMaxPool : RealOperator
{
    public static GlobalMaxPool From(Attributes attributes) => new();

    public override bool KeepsNonNegative => true;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        var shape = PoolingShapes.GlobalOutput(inputs[0].Shape);
        return inputs[0].Shape.Length > 0 || shape.Length == 0
            ? [new(inputs[0].Type, shape)]
            : throw new ShapeException($"the input has shape {inputs[0].Shape}; channels without elements have no greatest one");
    }

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var x = inputs[0].AsSpan<T>();
        var y = outputs[0].AsSpan<T>();
        var length = inputs[0].Shape.LengthOf(2, inputs[0].Shape.Rank);
        for (var i = 0; i < y.Length; i++) y[i] = TensorPrimitives.Max<T>(x.Slice(i * length, length));
    }

    internal override GradientFacts Gradient => GradientFacts.ReadsInputs;

    private protected override void Backward<T>(in BackwardPass pass)
    {
        if (!pass.Wants(0, out var gradient)) return;
        var upstream = pass.FirstUpstream.AsSpan<T>();
        var length = gradient.Length / upstream.Length;
        gradient.AsSpan<T>().Clear();
        for (var i = 0; i < upstream.Length; i++)
        {
            gradient.AsSpan<T>()[i * length + TensorPrimitives.IndexOfMax<T>(pass.Inputs[0].AsSpan<T>().Slice(i * length, length))] =
                upstream[i];
        }
    }
}
