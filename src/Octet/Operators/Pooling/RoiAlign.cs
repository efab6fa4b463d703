using System.Numerics;
using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// ONNX <c>RoiAlign</c>, since opset 10: divides each region of an image into a fixed grid and gives the mean (or the greatest) of bilinear
/// samples within each cell. float32 and float64.
/// </summary>
/// <remarks>
/// Inputs: x [batch, channels, height, width], regions [count, 4] (left, top, right, bottom), and the image of each region, int64 [count].
/// Output [count, channels, grid height, grid width]. Source: He, Gkioxari, Dollár and Girshick 2017, "Mask R-CNN", arXiv:1703.06870,
/// section 3.
/// </remarks>
/// <param name="Height">Cells down.</param>
/// <param name="Width">Cells to the right.</param>
/// <param name="SpatialScale">From the coordinates of regions to those of x.</param>
/// <param name="SamplingRatio">Samples along each side of a cell; zero takes about one for each element.</param>
/// <param name="TakesGreatest">Whether to give the greatest share of a sample rather than the mean of samples.</param>
/// <param name="HalfPixel">Whether an element's centre lies at half its extent, which opset 16 brought.</param>
sealed record RoiAlign(int Height, int Width, float SpatialScale, int SamplingRatio, bool TakesGreatest, bool HalfPixel) : RealOperator
{
    /// <summary>More samples than this along a side of one cell are refused: such a region is thousands of times larger than any
    /// image.</summary>
    const int MaxSamples = 1 << 12;

    public static RoiAlign From(Attributes attributes) =>
        From(attributes, attributes.String("coordinate_transformation_mode", fallback: "half_pixel") switch
        {
            "half_pixel" => true,
            "output_half_pixel" => false,
            var other => throw AttributeException.BadValue("coordinate_transformation_mode", $"'{other}'", "half_pixel, output_half_pixel"),
        });

    /// <summary>As in opsets 10 to 15.</summary>
    public static RoiAlign WholePixelFrom(Attributes attributes) => From(attributes, halfPixel: false);

    static RoiAlign From(Attributes attributes, bool halfPixel) => new(
        PoolingShapes.Extent(attributes, "output_height", fallback: 1, min: 1),
        PoolingShapes.Extent(attributes, "output_width", fallback: 1, min: 1),
        attributes.Float("spatial_scale", fallback: 1),
        PoolingShapes.Extent(attributes, "sampling_ratio", fallback: 0, min: 0),
        attributes.String("mode", fallback: "avg") switch
        {
            "avg" => false,
            "max" => true,
            var other => throw AttributeException.BadValue("mode", $"'{other}'", "avg, max"),
        },
        halfPixel);

    public override int RequiredInputs => 3;

    internal override double Work(ReadOnlySpan<TensorInfo> inputs, ReadOnlySpan<TensorInfo> outputs) =>
        outputs.TotalLength() * (inputs.TotalLength() + (double)SamplingRatio * SamplingRatio);

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        inputs.RequireSameType(0, 1);
        var (x, regions, images) = (inputs[0].Shape, inputs[1].Shape, inputs[2]);
        if (images.Type != DataType.Int64) throw OperatorException.UnsupportedType(images.Type);
        if (x.Rank != 4 || x[2] == 0 || x[3] == 0 || regions.Rank != 2 || regions[1] != 4 || images.Shape.Rank != 1
            || images.Shape[0] != regions[0])
        {
            throw new ShapeException($"inputs of shapes {x}, {regions} and {images.Shape} do not fit: [batch, channels, height, width], "
                + "[count, 4] and [count] are expected, with elements");
        }
        if (SamplingRatio > MaxSamples) throw AttributeException.BadValue("sampling_ratio", SamplingRatio, $"at most {MaxSamples}");
        return [new(inputs[0].Type, [regions[0], x[1], Height, Width])];
    }

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var x = inputs[0];
        var (channels, plane) = (x.Shape[1], x.Shape[2] * x.Shape[3]);
        for (var region = 0; region < inputs[1].Shape[0]; region++)
        {
            var image = IndexOperand.Normalize(inputs[2].Longs[region], x.Shape[0]);
            var grid = GridOf<T>(inputs[1].AsSpan<T>().Slice(region * 4, 4));
            for (var cell = 0; cell < Height * Width; cell++)
            {
                for (var channel = 0; channel < channels; channel++)
                {
                    var elements = x.AsSpan<T>().Slice((image * channels + channel) * plane, plane);
                    outputs[0].AsSpan<T>()[(region * channels + channel) * Height * Width + cell] =
                        Pool(elements, grid, cell, x.Shape[2], x.Shape[3]);
                }
            }
        }
    }

    /// <summary>Where a region lies in x, and how finely its cells are sampled.</summary>
    readonly record struct Grid<T>(T Top, T Left, T CellHeight, T CellWidth, int Rows, int Columns);

    Grid<T> GridOf<T>(ReadOnlySpan<T> region) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (scale, shift) = (T.CreateChecked(SpatialScale), T.CreateChecked(HalfPixel ? 0.5 : 0));
        var (left, top) = (region[0] * scale - shift, region[1] * scale - shift);
        var (width, height) = (region[2] * scale - shift - left, region[3] * scale - shift - top);
        if (!HalfPixel) (width, height) = (T.Max(width, T.One), T.Max(height, T.One));

        var (cellHeight, cellWidth) = (height / T.CreateChecked(Height), width / T.CreateChecked(Width));
        return new(top, left, cellHeight, cellWidth, Samples(cellHeight), Samples(cellWidth));
    }

    int Samples<T>(T cellExtent) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (SamplingRatio > 0) return SamplingRatio;
        return T.Ceiling(cellExtent) <= T.CreateChecked(MaxSamples) ? Math.Max(0, int.CreateTruncating(T.Ceiling(cellExtent)))
            : throw new OperatorException($"a region has cells of extent {cellExtent}; at most {MaxSamples} is sampled");
    }

    T Pool<T>(ReadOnlySpan<T> plane, in Grid<T> grid, int cell, int height, int width) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (row, column) = Math.DivRem(cell, Width);
        var (result, isFirst) = (T.Zero, true);
        for (var i = 0; i < grid.Rows * grid.Columns; i++)
        {
            var y = grid.Top
                + grid.CellHeight
                * (T.CreateChecked(row) + (T.CreateChecked(i / grid.Columns) + T.CreateChecked(0.5)) / T.CreateChecked(grid.Rows));
            var x = grid.Left
                + grid.CellWidth
                * (T.CreateChecked(column) + (T.CreateChecked(i % grid.Columns) + T.CreateChecked(0.5)) / T.CreateChecked(grid.Columns));
            var (a, b, c, d) = BilinearPoint<T>.Clamped(y, x, height, width) is { } point
                ? (plane[point.TopLeft] * point.ShareTopLeft, plane[point.TopRight] * point.ShareTopRight,
                    plane[point.BottomLeft] * point.ShareBottomLeft, plane[point.BottomRight] * point.ShareBottomRight)
                : (T.Zero, T.Zero, T.Zero, T.Zero);
            var greatest = T.Max(T.Max(a, b), T.Max(c, d));
            result = !TakesGreatest ? result + (a + b + c + d) : isFirst ? greatest : T.Max(result, greatest);
            isFirst = false;
        }
        return TakesGreatest ? result : result / T.CreateChecked(Math.Max(1, grid.Rows * grid.Columns));
    }
}
