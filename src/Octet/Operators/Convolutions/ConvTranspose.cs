using System.Numerics;
using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// ONNX <c>ConvTranspose</c>, since opset 1: each element of the input adds its multiple of the weights to the window of the output that a
/// convolution of the same attributes would have made it from; for one to three spatial dimensions.
/// </summary>
/// <remarks>
/// Inputs: x [batch, channels, …], weight [channels, outputs / groups, …], optionally bias [outputs]. float32 and float64.
/// Without <c>output_shape</c> the extent is <c>stride · (x − 1) + output_padding + reach − pads</c>; with it, the padding follows from it.
/// </remarks>
/// <param name="Window">The window of the convolution that this one turns around.</param>
/// <param name="OutputPadding">Elements to add behind each dimension of the output; null means none.</param>
/// <param name="OutputShape">Spatial extents of the output; null where they follow from the padding.</param>
/// <param name="Groups">Groups of channels.</param>
sealed record ConvTranspose(SlidingWindow Window, int[]? OutputPadding, int[]? OutputShape, int Groups) : RealOperator
{
    public static ConvTranspose From(Attributes attributes) => new(
        SlidingWindow.From(attributes),
        SlidingWindow.Extents(attributes, "output_padding", min: 0),
        SlidingWindow.Extents(attributes, "output_shape", min: 0),
        ConvolutionChecks.Groups(attributes));

    public override WeightFacts Weights =>
        new(WeightInput: 1, BiasInput: 2, OutputChannelAxis: 1, InputChannelAxis: 0, DataChannelAxis: 1)
        { Groups = Groups, Scatters = true };

    /// <summary>Each element of the input is multiplied by all weights of its channel.</summary>
    public override long? MacsOf(ReadOnlySpan<TensorInfo> inputs, ReadOnlySpan<TensorInfo> outputs) =>
        ConvolutionChecks.Macs(inputs[0], inputs[1]);

    public override int RequiredInputs => 2;

    internal override void CheckConstants(ReadOnlySpan<TensorInfo?> inputs)
    {
        if (inputs[1]?.Shape is not { } weights) return;
        if (weights.Rank < 3)
            throw new ShapeException($"weights have shape {weights}; [channels, outputs / groups] and spatial dimensions are expected");
        ConvolutionChecks.Divisible(weights[0], Groups, "input channels");
        var outputs = (long)weights[1] * Groups;
        if (outputs > int.MaxValue) throw ShapeException.BadExtent(outputs, 1);
        ConvolutionChecks.Bias(inputs.Length > 2 ? inputs[2] : null, (int)outputs);
    }

    public override int MaxInputs => 3;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        inputs.RequireSameType(0, 1, 2);
        var (image, kernel) = (inputs[0].Shape, inputs[1].Shape);
        ConvolutionChecks.Kernel(image, kernel, Window.Kernel);
        var geometry = GeometryOf(image, kernel);
        if (kernel[0] != image[1])
            throw new ShapeException($"weights of shape {kernel} take {kernel[0]} channel(s), but the input has {image[1]} "
                + $"(shape {image})");
        ConvolutionChecks.Divisible(image[1], Groups, "input channels");
        var channels = (long)kernel[1] * Groups;
        if (channels > int.MaxValue) throw ShapeException.BadExtent(channels, 1);
        ConvolutionChecks.Bias(inputs.Optional(2), (int)channels);
        if ((long)geometry.Taps * geometry.OutputLength > MaxColumns)
        {
            throw new ShapeException($"weights of shape {kernel} over an input of shape {image} "
                + $"need {(long)geometry.Taps * geometry.OutputLength} products for each channel; Octet computes at most {MaxColumns}");
        }
        ReadOnlySpan<int> extents = [geometry.Depth.Input, geometry.Height.Input, geometry.Width.Input];
        return [new(inputs[0].Type, new([image[0], (int)channels, .. extents[^(image.Rank - 2)..]]))];
    }

    /// <summary>256 Mi products for each pair of channels, which fill 2 GiB of float64.</summary>
    const int MaxColumns = (1 << 28) - 64;

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var (input, weights, bias) = (inputs[0], inputs[1], inputs.Optional(2));
        var convolution = new ChannelFirstConvolution(
            input.Shape[0], outputs[0].Shape[1], input.Shape[1], Groups, GeometryOf(input.Shape, weights.Shape));
        convolution.RunTransposed(input.Pointer<T>(), weights.Pointer<T>(), bias is null ? null : bias.Pointer<T>(),
            outputs[0].Pointer<T>());
    }

    /// <summary>The geometry of the convolution that this one turns around: our input is its output.</summary>
    internal WindowGeometry GeometryOf(Shape image, Shape weights)
    {
        var rank = Window.CheckRank(image, weights[2..]);
        if (OutputPadding is not null) SlidingWindow.CheckCount("output_padding", OutputPadding, rank);
        // Some exporters write batch and channels too.
        if (OutputShape is not null && OutputShape.Length != rank + 2) SlidingWindow.CheckCount("output_shape", OutputShape, rank);

        Span<WindowAxis> axes = stackalloc WindowAxis[rank];
        for (var i = 0; i < rank; i++)
        {
            var axis = new WindowAxis(0, weights[i + 2], SlidingWindow.At(Window.Strides, i), SlidingWindow.At(Window.Dilations, i), 0, 0,
                image[i + 2]);
            var unpadded = (axis.Output - 1L) * axis.Stride + (OutputPadding?[i] ?? 0L) + (axis.Kernel - 1L) * axis.Dilation + 1;
            if (unpadded is < 0 or > int.MaxValue) throw BadExtent(i, unpadded);

            var (extent, before, after) = ExtentAndPads(i, rank, axis, unpadded);
            if (extent is < 0 or > int.MaxValue) throw BadExtent(i, extent);
            axes[i] = axis with { Input = (int)extent, PadBefore = before, PadAfter = after };
        }
        return WindowGeometry.Of(axes);
    }

    /// <summary>Either the padding says how many elements come out, or the wanted extent says how many are cut off.</summary>
    (long Extent, int Before, int After) ExtentAndPads(int axis, int rank, in WindowAxis window, long unpadded)
    {
        var same = Window.AutoPadding is AutoPadding.SameUpper or AutoPadding.SameLower;
        if (OutputShape is null && !same)
        {
            var (before, after) = Window is { AutoPadding: AutoPadding.None, Pads: { } pads } ? (pads[axis], pads[axis + rank]) : (0, 0);
            return (unpadded - before - after, before, after);
        }
        var extent = OutputShape is null ? (long)window.Output * window.Stride : OutputShape[^(rank - axis)];
        var total = (int)Math.Clamp(unpadded - extent, 0, int.MaxValue);
        var smaller = total / 2;
        return Window.AutoPadding == AutoPadding.SameUpper ? (extent, smaller, total - smaller) : (extent, total - smaller, smaller);
    }

    static ShapeException BadExtent(int axis, long extent) => new(
        $"spatial dimension {axis} of the output would have extent {extent}, which is not within 0..{int.MaxValue} "
        + "(attributes 'kernel_shape', 'dilations', 'strides', 'pads', 'output_padding' and 'output_shape')");

    internal override GradientFacts Gradient => GradientFacts.ReadsInputs;

    /// <summary>The convolution that this one turns around leads back from its output to its input.</summary>
    private protected override unsafe void Backward<T>(in BackwardPass pass)
    {
        var (image, kernel, upstream) = (pass.InputShape(0), pass.InputShape(1), pass.FirstUpstream);
        var convolution = new ChannelFirstConvolution(image[0], upstream.Shape[1], image[1], Groups, GeometryOf(image, kernel));
        if (pass.Wants(0, out var gradient))
            convolution.Run(upstream.Pointer<T>(), pass.Inputs[1].Pointer<T>(), null, gradient.Pointer<T>());
        if (pass.Wants(1, out gradient))
            convolution.WeightGradient(upstream.Pointer<T>(), pass.Inputs[0].Pointer<T>(), gradient.Pointer<T>());
        if (pass.Wants(2, out gradient)) ChannelFirstConvolution.BiasGradient<T>(upstream.AsSpan<T>(), gradient.AsSpan<T>(), image[0]);
    }
}
