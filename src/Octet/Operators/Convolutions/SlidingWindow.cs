using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>How ONNX's <c>auto_pad</c> chooses the padding.</summary>
enum AutoPadding
{
    /// <summary>As the attribute <c>pads</c> says.</summary>
    None,

    /// <summary>No padding.</summary>
    Valid,

    /// <summary>As many outputs as the stride allows; an odd element of padding comes after the image.</summary>
    SameUpper,

    /// <summary>As many outputs as the stride allows; an odd element of padding comes before the image.</summary>
    SameLower,
}

/// <summary>The attributes that say how a window moves over an image; convolutions and poolings share them.</summary>
/// <param name="Kernel">Extents of the window; null where the weights say it.</param>
/// <param name="Strides">Elements from one window to the next; null means 1.</param>
/// <param name="Dilations">Elements from one tap to the next; null means 1.</param>
/// <param name="Pads">Padding before each dimension, then after each; null means 0.</param>
/// <param name="AutoPadding">Chooses the padding where it is not <see cref="AutoPadding.None"/>.</param>
/// <param name="RoundUp">Whether the last window may reach beyond the padding (<c>ceil_mode</c>).</param>
sealed record SlidingWindow(int[]? Kernel, int[]? Strides, int[]? Dilations, int[]? Pads, AutoPadding AutoPadding, bool RoundUp = false)
{
    /// <exception cref="AttributeException">An attribute has a value that no window can have.</exception>
    public static SlidingWindow From(Attributes attributes) => new(
        Extents(attributes, "kernel_shape", min: 1),
        Extents(attributes, "strides", min: 1),
        Extents(attributes, "dilations", min: 1),
        Extents(attributes, "pads", min: 0),
        attributes.String("auto_pad", fallback: "NOTSET") switch
        {
            "NOTSET" or "" => AutoPadding.None,
            "VALID" => AutoPadding.Valid,
            "SAME_UPPER" => AutoPadding.SameUpper,
            "SAME_LOWER" => AutoPadding.SameLower,
            var other => throw AttributeException.BadValue("auto_pad", $"'{other}'", "NOTSET, VALID, SAME_UPPER, SAME_LOWER"),
        },
        attributes.Flag("ceil_mode"));

    /// <summary>How many elements the window holds; 1 where the weights say it.</summary>
    internal double Taps => (Kernel ?? []).Aggregate(1.0, (product, extent) => product * extent);

    /// <summary>The list of that name, each entry at least <paramref name="min"/>; null where it is absent.</summary>
    internal static int[]? Extents(Attributes attributes, string name, int min)
    {
        if (attributes.IntsOrNull(name) is not { } values) return null;

        foreach (var value in values)
        {
            if (value < min || value > int.MaxValue)
                throw AttributeException.BadValue(name, Text(values), $"from {min} to {int.MaxValue} each");
        }
        return [.. values.Select(value => (int)value)];
    }

    /// <summary>How the window moves over an image.</summary>
    /// <param name="image">[batch, channels, …].</param>
    /// <param name="kernel">Extents of the window.</param>
    /// <exception cref="OctetException">The window does not fit the image, or an attribute has the wrong number of entries.</exception>
    internal WindowGeometry Over(Shape image, ReadOnlySpan<int> kernel)
    {
        var rank = CheckRank(image, kernel);
        Span<WindowAxis> axes = stackalloc WindowAxis[rank];
        for (var i = 0; i < rank; i++)
        {
            var unpadded = new WindowAxis(image[i + 2], kernel[i], At(Strides, i), At(Dilations, i), 0, 0, 0);
            var (before, after) = Padding(unpadded, i, rank);
            axes[i] = unpadded with
            {
                PadBefore = before,
                PadAfter = after,
                Output = OutputExtent(unpadded, i, (long)unpadded.Input + before + after, before)
            };
        }
        return WindowGeometry.Of(axes);
    }

    /// <summary>Checks that the image has one to three spatial dimensions and each list one entry for each of them.</summary>
    internal int CheckRank(Shape image, ReadOnlySpan<int> kernel)
    {
        var rank = image.Rank - 2;
        if (rank is < 1 or > WindowGeometry.MaxRank)
        {
            throw new ShapeException($"the input has shape {image}; [batch, channels] and one to {WindowGeometry.MaxRank} spatial "
                + "dimensions are expected");
        }
        CheckCount("kernel_shape", kernel, rank);
        if (Strides is not null) CheckCount("strides", Strides, rank);
        if (Dilations is not null) CheckCount("dilations", Dilations, rank);
        if (Pads is not null && AutoPadding == AutoPadding.None) CheckCount("pads", Pads, 2 * rank);
        return rank;
    }

    internal static int At(int[]? values, int axis) => values?[axis] ?? 1;

    internal static void CheckCount(string name, ReadOnlySpan<int> values, int count)
    {
        if (values.Length != count)
            throw AttributeException.BadValue(name, $"[{string.Join(", ", values.ToArray())}]", $"{count} entries, as the input has it");
    }

    (int Before, int After) Padding(in WindowAxis axis, int index, int rank)
    {
        if (AutoPadding == AutoPadding.None) return Pads is null ? (0, 0) : (Pads[index], Pads[index + rank]);
        if (AutoPadding == AutoPadding.Valid) return (0, 0);

        var outputs = ((long)axis.Input + axis.Stride - 1) / axis.Stride;
        var total = Math.Max(0, (outputs - 1) * axis.Stride + Reach(axis) - axis.Input);
        if (total > int.MaxValue) throw TooWide(index, Reach(axis), axis.Input);
        var smaller = (int)(total / 2);
        var larger = (int)(total - smaller);
        return AutoPadding == AutoPadding.SameUpper ? (smaller, larger) : (larger, smaller);
    }

    int OutputExtent(in WindowAxis axis, int index, long padded, int before)
    {
        var room = padded - Reach(axis);
        if (room < 0 || padded > int.MaxValue) throw TooWide(index, Reach(axis), padded);

        var steps = RoundUp ? (room + axis.Stride - 1) / axis.Stride : room / axis.Stride;
        // A window that would start in the padding behind the image sees nothing of it.
        if (RoundUp && steps * axis.Stride >= (long)axis.Input + before && steps > 0) steps--;
        if (steps * axis.Stride + Reach(axis) > int.MaxValue) throw TooWide(index, Reach(axis), padded);
        return (int)steps + 1;
    }

    static long Reach(in WindowAxis axis) => (axis.Kernel - 1L) * axis.Dilation + 1;

    static ShapeException TooWide(int axis, long reach, long padded) => new(
        $"the window spans {reach} element(s) of spatial dimension {axis}, but the input with its padding has {padded}, of at "
        + $"most {int.MaxValue} (attributes 'kernel_shape', 'dilations', 'strides' and 'pads')");

    static string Text(long[] values) => $"[{string.Join(", ", values)}]";
}
