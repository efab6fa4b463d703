namespace Octet.Kernels;

/// <summary>How a window moves along one spatial dimension: output <c>o</c> sees, through tap <c>k</c>, the element <c>o · Stride −
/// PadBefore + k · Dilation</c>.</summary>
/// <param name="Input">Extent that the window moves over, without padding.</param>
/// <param name="Kernel">Number of taps.</param>
/// <param name="Stride">Elements from one window to the next.</param>
/// <param name="Dilation">Elements from one tap to the next.</param>
/// <param name="PadBefore">Padding before the first element.</param>
/// <param name="PadAfter">Padding after the last element. Windows may reach beyond it where their number was rounded up.</param>
/// <param name="Output">Number of windows.</param>
readonly record struct WindowAxis(int Input, int Kernel, int Stride, int Dilation, int PadBefore, int PadAfter, int Output)
{
    /// <summary>Stands for a dimension that is not there: one element, one tap, one window.</summary>
    public static WindowAxis Absent { get; } = new(Input: 1, Kernel: 1, Stride: 1, Dilation: 1, PadBefore: 0, PadAfter: 0, Output: 1);

    /// <summary>Elements between the first and the last tap, both included.</summary>
    public int Reach => (Kernel - 1) * Dilation + 1;

    /// <summary>Whether every output sees its own element and no other.</summary>
    public bool IsPointwise => Kernel == 1 && Stride == 1 && PadBefore == 0 && Output == Input;

    /// <summary>The element that the first tap of window <paramref name="output"/> sees; negative within the padding.</summary>
    public int Start(int output) => output * Stride - PadBefore;

    /// <summary>The taps of window <paramref name="output"/> that see elements rather than padding.</summary>
    public (int From, int To) TapsInside(int output) => Inside(Start(output), Dilation, Kernel);

    /// <summary>How many taps of window <paramref name="output"/> see elements, with the padding taken for elements or not.</summary>
    public int Count(int output, bool countsPadding)
    {
        // With its padding taken for elements the axis is a longer one without padding; what lies beyond even that never counts.
        var seen = countsPadding ? this with { Input = PadBefore + Input + PadAfter, PadBefore = 0 } : this;
        var (from, to) = seen.TapsInside(output);
        return to - from;
    }

    /// <summary>The windows in which <paramref name="tap"/> sees an element rather than padding.</summary>
    public (int From, int To) OutputsInside(int tap) => Inside(tap * Dilation - PadBefore, Stride, Output);

    /// <summary>The steps i of 0..<paramref name="count"/> with <c>0 ≤ start + i · step &lt; Input</c>.</summary>
    (int From, int To) Inside(int start, int step, int count)
    {
        var from = start >= 0 ? 0 : Math.Min(count, (-start - 1) / step + 1);
        var to = start >= Input ? 0 : Math.Min(count, (Input - 1 - start) / step + 1);
        return (from, Math.Max(from, to));
    }
}

/// <summary>
/// How a window moves over an image of up to three spatial dimensions: what convolutions and poolings share.
/// Images of fewer dimensions have <see cref="WindowAxis.Absent"/> for the outer ones, so that each kernel is written once.
/// </summary>
readonly record struct WindowGeometry(WindowAxis Depth, WindowAxis Height, WindowAxis Width)
{
    /// <summary>The most spatial dimensions that there can be.</summary>
    public const int MaxRank = 3;

    /// <param name="axes">One to three axes, the outermost first.</param>
    public static WindowGeometry Of(ReadOnlySpan<WindowAxis> axes) => new(
        axes.Length > 2 ? axes[^3] : WindowAxis.Absent,
        axes.Length > 1 ? axes[^2] : WindowAxis.Absent,
        axes[^1]);

    /// <summary>Elements of one channel of the image.</summary>
    public int InputLength => Depth.Input * Height.Input * Width.Input;

    /// <summary>Number of windows, which is the number of elements of one channel of the result.</summary>
    public int OutputLength => Depth.Output * Height.Output * Width.Output;

    /// <summary>Taps of one window.</summary>
    public int Taps => Depth.Kernel * Height.Kernel * Width.Kernel;

    public bool IsPointwise => Depth.IsPointwise && Height.IsPointwise && Width.IsPointwise;
}
