using Octet.Tensors;

namespace Octet.Operators;

/// <summary>What all kinds of convolution ask of the shapes of their operands.</summary>
static class ConvolutionChecks
{
    /// <summary>The multiplications where each of <paramref name="elements"/> meets one filter [channels, …] of the weights. Null where a
    /// shape is not known.</summary>
    public static long? Macs(TensorInfo elements, TensorInfo weights) =>
        elements.Shape.IsKnown && weights.Shape is { IsKnown: true, Rank: > 0 }
        ? (long)elements.Shape.Length * weights.Shape.Length / Math.Max(1, weights.Shape[0]) : null;

    /// <summary>Reads the number of groups.</summary>
    public static int Groups(Attributes attributes, string name = "group") =>
        attributes.Int(name, fallback: 1) is var groups and > 0 and <= int.MaxValue
        ? (int)groups
        : throw AttributeException.BadValue(name, attributes.Int(name), $"from 1 to {int.MaxValue}");

    /// <summary>Checks that the weights have the rank of the image and the extents that <c>kernel_shape</c> states.</summary>
    public static void Kernel(Shape image, Shape weights, int[]? kernel)
    {
        if (image.Rank < 3) throw new ShapeException($"the input has shape {image}; [batch, channels] and spatial dimensions are expected");
        if (weights.Rank != image.Rank)
            throw new ShapeException($"weights of shape {weights} do not fit an input of shape {image}: the ranks differ");
        if (kernel is not null && !weights[2..].SequenceEqual(kernel))
        {
            throw AttributeException.BadValue("kernel_shape", $"[{string.Join(", ", kernel)}]",
                $"the extents of the weights, which have shape {weights}");
        }
        foreach (var extent in weights[2..])
        {
            if (extent == 0) throw new ShapeException($"weights of shape {weights} have no taps");
        }
        // Kernels count elements of one channel; in an image without channels or batch that number is not checked elsewhere.
        _ = (new Shape(image[2..]), new Shape(weights[2..]));
    }

    /// <summary>Checks that channels can be divided among the groups.</summary>
    public static void Divisible(int channels, int groups, string what)
    {
        if (channels % groups != 0) throw AttributeException.BadValue("group", groups, $"a divisor of the {channels} {what}");
    }

    /// <summary>Checks that there is one bias for each output channel.</summary>
    public static void Bias(TensorInfo? bias, int channels)
    {
        if (bias is not null && (bias.Shape.Rank != 1 || bias.Shape[0] != channels))
        {
            throw new ShapeException($"a bias of shape {bias.Shape} does not fit {channels} output channel(s)");
        }
    }

    /// <summary>Checks shapes of input, weights [outputs, inputs / groups, …] and bias, and gives the shape of the output.</summary>
    public static Shape Output(TensorInfo input, TensorInfo weights, TensorInfo? bias, int groups, SlidingWindow window)
    {
        var (image, kernel) = (input.Shape, weights.Shape);
        Kernel(image, kernel, window.Kernel);
        var geometry = window.Over(image, kernel[2..]);
        if ((long)kernel[1] * groups != image[1])
        {
            throw new ShapeException($"weights of shape {kernel} in {groups} group(s) take {(long)kernel[1] * groups} channel(s), but the "
                + $"input has {image[1]} (attribute 'group', shape {image})");
        }
        Divisible(kernel[0], groups, "output channels");
        Bias(bias, kernel[0]);

        ReadOnlySpan<int> extents = [image[0], kernel[0], geometry.Depth.Output, geometry.Height.Output, geometry.Width.Output];
        return new([.. extents[..2], .. extents[^(image.Rank - 2)..]]);
    }
}
