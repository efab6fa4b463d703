using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// Where the dimensions of an image [batch, channels, …] go when channels come last, [batch, …, channels]; for one or two spatial
/// dimensions.
/// </summary>
static class ChannelsLastLayout
{
    /// <summary>Whether images of that rank have a form with channels last.</summary>
    public static bool Takes(int rank) => rank is 3 or 4;

    /// <summary>The axis, as ONNX writes it for an image of that rank, in the form with channels last.</summary>
    /// <exception cref="ShapeException">The axis is out of bounds.</exception>
    public static int AxisOf(long axis, int rank) => Shape.NormalizeAxis(axis, rank) switch
    {
        0 => 0,
        1 => rank - 1,
        var spatial => spatial - 1,
    };

    /// <summary>The shape with channels last.</summary>
    public static Shape ShapeOf(Shape image) => [image[0], .. image[2..], image[1]];

    /// <summary>The shape with channels after the batch, of an image that has them last.</summary>
    public static Shape ChannelsFirst(Shape image) => [image[0], image[^1], .. image[1..^1]];

    /// <summary>The shape that a window makes of an image, channels last in both.</summary>
    /// <param name="batch">Number of images.</param>
    /// <param name="rank">Number of dimensions: without a height with 3, with 4 with one.</param>
    /// <param name="height">Extent of the result.</param>
    /// <param name="width">Extent of the result.</param>
    /// <param name="channels">Extent of the result.</param>
    public static Shape ImageShape(int batch, int rank, int height, int width, int channels) =>
        rank == 3 ? [batch, width, channels] : [batch, height, width, channels];

    /// <summary>The shape of the result of a window that moves over images of shape <paramref name="image"/>, which has as many
    /// dimensions.</summary>
    public static Shape ImageShape(Shape image, in WindowGeometry window, int channels) =>
        ImageShape(image[0], image.Rank, window.Height.Output, window.Width.Output, channels);

    /// <summary>
    /// A constant that is broadcast to images, in the form that is broadcast to images with channels last.
    /// </summary>
    public static Tensor Broadcastable(Tensor constant, int rank)
    {
        if (constant.Length == 1) return constant;
        var full = constant.Reshape([.. Enumerable.Repeat(1, rank - constant.Shape.Rank), .. constant.Shape.Dimensions]);
        var result = new Tensor(full.Type, ShapeOf(full.Shape));
        new Transpose([0, .. Enumerable.Range(2, rank - 2), 1]).Run([full], [result]);
        return result;
    }
}
