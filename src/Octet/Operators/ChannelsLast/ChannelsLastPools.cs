using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>A pooling of images with channels last: [batch, …, channels]. float32.</summary>
/// <param name="Pooling">The kernel, for images of one size.</param>
abstract record ChannelsLastPool(ChannelsLastPooling Pooling) : Operator
{
    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) =>
        [new(DataType.Float32, ChannelsLastLayout.ImageShape(inputs[0].Shape, Pooling.Window, Pooling.Channels))];

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        Run(inputs[0].Floats, outputs[0].Floats, inputs[0].Shape[0]);

    protected abstract void Run(ReadOnlySpan<float> x, Span<float> y, int images);
}

/// <summary><see cref="MaxPool"/>, and <see cref="GlobalMaxPool"/> with a window as large as the image.</summary>
sealed record ChannelsLastMaxPool(ChannelsLastPooling Pooling) : ChannelsLastPool(Pooling)
{
    protected override void Run(ReadOnlySpan<float> x, Span<float> y, int images) =>
        Pooling.Greatest(x, y, images, default(MaxPool.Greatest<float>));

    internal override GradientFacts Gradient => GradientFacts.ReadsInputs;

    private protected override void Backward<T>(in BackwardPass pass)
    {
        if (pass.Wants(0, out var gradient))
            Pooling.GreatestBack(pass.Inputs[0].Floats, pass.FirstUpstream.Floats, gradient.Floats, gradient.Shape[0]);
    }
}

/// <summary><see cref="AveragePool"/>.</summary>
sealed record ChannelsLastAveragePool(ChannelsLastPooling Pooling, bool CountsPadding) : ChannelsLastPool(Pooling)
{
    protected override void Run(ReadOnlySpan<float> x, Span<float> y, int images) => Pooling.Average(x, y, images, CountsPadding);

    internal override GradientFacts Gradient => GradientFacts.ReadsNothing;

    private protected override void Backward<T>(in BackwardPass pass)
    {
        if (pass.Wants(0, out var gradient))
            Pooling.AverageBack(pass.FirstUpstream.Floats, gradient.Floats, gradient.Shape[0], CountsPadding);
    }
}

/// <summary><see cref="GlobalAveragePool"/>.</summary>
/// <param name="Pooling">A window as large as the image.</param>
sealed record ChannelsLastGlobalAveragePool(ChannelsLastPooling Pooling) : ChannelsLastPool(Pooling)
{
    protected override void Run(ReadOnlySpan<float> x, Span<float> y, int images) => Pooling.GlobalAverage(x, y, images);

    internal override GradientFacts Gradient => GradientFacts.ReadsNothing;

    private protected override void Backward<T>(in BackwardPass pass)
    {
        if (pass.Wants(0, out var gradient)) Pooling.GlobalAverageBack(pass.FirstUpstream.Floats, gradient.Floats, gradient.Shape[0]);
    }
}
