using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>DeformConv</c>, since opset 19: a convolution whose taps look at places that an input moves, between elements too.
/// float32 and float64.</summary>
/// <remarks>
/// Inputs: x [batch, channels, height, width], weight [outputs, channels / groups, taps down, taps right],
/// offsets [batch, offset groups · taps · 2, output height, output width] (down, then right), optionally bias [outputs], and a mask like
/// the offsets but with one channel a tap. Two spatial dimensions.
/// </remarks>
sealed record DeformConv(SlidingWindow Window, int Groups, int OffsetGroups) : RealOperator
{
    public static DeformConv From(Attributes attributes) => new(
        SlidingWindow.From(attributes), ConvolutionChecks.Groups(attributes), ConvolutionChecks.Groups(attributes, "offset_group"));

    public override int RequiredInputs => 3;

    internal override double Work(ReadOnlySpan<TensorInfo> inputs, ReadOnlySpan<TensorInfo> outputs) =>
        outputs[0].Shape.Length * inputs.LengthPerIndex(1, axis: 0);

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        inputs.RequireSameType(0, 1, 2, 3, 4);
        var (x, weights) = (inputs[0].Shape, inputs[1].Shape);
        if (x.Rank != 4) throw new ShapeException($"the input has shape {x}; [batch, channels, height, width] is expected");

        var output = ConvolutionChecks.Output(inputs[0], inputs[1], inputs.Optional(3), Groups, Window);
        if (x[1] % OffsetGroups != 0)
            throw AttributeException.BadValue("offset_group", OffsetGroups, $"a divisor of the {x[1]} input channels");
        var taps = (long)OffsetGroups * weights[2] * weights[3];
        CheckField(inputs[2], "the offsets", 2 * taps, output);
        CheckField(inputs.Optional(4), "the mask", taps, output);
        return [new(inputs[0].Type, output)];
    }

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var (x, weights, offsets, bias, mask) = (inputs[0], inputs[1], inputs[2], inputs.Optional(3), inputs.Optional(4));
        var window = Window.Over(x.Shape, weights.Shape[2..]);
        var (channels, results) = (x.Shape[1], weights.Shape[0] / Groups);
        var depth = channels / Groups * window.Taps;
        for (var place = 0; place < x.Shape[0] * Groups; place++)
        {
            var (image, group) = Math.DivRem(place, Groups);
            var columns = new DeformedColumns<T>(
                x.Pointer<T>() + (nint)image * channels * window.InputLength,
                offsets.Pointer<T>() + (nint)image * offsets.Shape[1] * window.OutputLength,
                mask is null ? null : mask.Pointer<T>() + (nint)image * mask.Shape[1] * window.OutputLength,
                window, group * (channels / Groups), channels / OffsetGroups);
            MatrixProduct.Multiply(
                results, window.OutputLength, depth, new MatrixView<T>(weights.Pointer<T>() + (nint)group * results * depth, depth),
                columns,
                bias is null ? null : bias.Pointer<T>() + group * results,
                outputs[0].Pointer<T>() + (nint)place * results * window.OutputLength, window.OutputLength);
        }
    }

    static void CheckField(TensorInfo? field, string what, long channels, Shape output)
    {
        if (field is null) return;
        var shape = field.Shape;
        if (shape.Rank != 4 || shape[0] != output[0] || shape[1] != channels || !shape[2..].SequenceEqual(output[2..]))
        {
            throw new ShapeException($"{what} have shape {shape}, but [{output[0]}, {channels}, {output[2]}, {output[3]}] is expected for "
                + $"an output of shape {output}");
        }
    }
}
