using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>Shapes of poolings: batch and channels stay, the window makes the rest.</summary>
static class PoolingShapes
{
    /// <summary>Reads the window of a pooling, whose kernel must be stated.</summary>
    public static SlidingWindow Window(Attributes attributes)
    {
        _ = attributes.Ints("kernel_shape");
        return SlidingWindow.From(attributes);
    }

    /// <summary>Reads the p of a p-norm, a float in opset 1 and an integer since.</summary>
    public static float Power(Attributes attributes)
    {
        var p = !attributes.Has("p") ? 2 : attributes["p"] is float real ? real : attributes.Int("p");
        return p > 0 && float.IsFinite(p) ? p : throw AttributeException.BadValue("p", p, "greater than 0");
    }

    /// <summary>Reads an extent.</summary>
    public static int Extent(Attributes attributes, string name, int fallback, int min) =>
        attributes.Int(name, fallback) is var extent && extent >= min && extent <= int.MaxValue
        ? (int)extent
        : throw AttributeException.BadValue(name, attributes.Int(name), $"from {min} to {int.MaxValue}");

    public static WindowGeometry Geometry(this SlidingWindow window, Shape image) => window.Over(image, window.Kernel);

    /// <summary>The shape that a pooling makes of <paramref name="image"/>.</summary>
    public static Shape Output(Shape image, SlidingWindow window)
    {
        var geometry = window.Geometry(image);
        _ = (new Shape(image[2..]), new Shape(window.Kernel));
        ReadOnlySpan<int> extents = [geometry.Depth.Output, geometry.Height.Output, geometry.Width.Output];
        return [.. image[..2], .. extents[^(image.Rank - 2)..]];
    }

    /// <summary>The shape after all spatial dimensions have shrunk to 1.</summary>
    public static Shape GlobalOutput(Shape image)
    {
        if (image.Rank < 3) throw new ShapeException($"the input has shape {image}; batch, channels and spatial dimensions are expected");
        Span<int> ones = new int[image.Rank - 2];
        ones.Fill(1);
        return [.. image[..2], .. ones];
    }
}
