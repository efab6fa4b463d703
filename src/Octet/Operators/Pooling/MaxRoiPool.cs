using System.Numerics;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// ONNX <c>MaxRoiPool</c>, since opset 1: divides each region of an image into a fixed grid and gives the greatest element of each cell;
/// zero where a cell lies outside the image. float32 and float64.
/// </summary>
/// <remarks>
/// Inputs: x [batch, channels, height, width], and regions [count, 5] (image, left, top, right, bottom), whose borders are rounded to
/// elements and belong to the region. Output [count, channels, grid height, grid width]. Source: Girshick 2015, "Fast R-CNN",
/// arXiv:1504.08083, section 2.1.
/// </remarks>
sealed record MaxRoiPool(int Height, int Width, float SpatialScale) : RealOperator
{
    public static MaxRoiPool From(Attributes attributes) =>
        SlidingWindow.Extents(attributes, "pooled_shape", min: 1) is [var height, var width]
        ? new(height, width, attributes.Float("spatial_scale", fallback: 1))
        : throw AttributeException.BadValue("pooled_shape", $"[{string.Join(", ", attributes.Ints("pooled_shape"))}]", "height and width");

    public override int RequiredInputs => 2;

    internal override double Work(ReadOnlySpan<TensorInfo> inputs, ReadOnlySpan<TensorInfo> outputs) =>
        outputs[0].Shape.Length * (double)inputs[0].Shape.Length;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        inputs.RequireSameType(0, 1);
        var (x, regions) = (inputs[0].Shape, inputs[1].Shape);
        return x.Rank == 4 && regions.Rank == 2 && regions[1] == 5
            ? [new(inputs[0].Type, [regions[0], x[1], Height, Width])]
            : throw new ShapeException($"inputs of shapes {x} and {regions} do not fit: [batch, channels, height, width] and [count, 5] "
                + "are expected");
    }

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var x = inputs[0];
        var (channels, height, width) = (x.Shape[1], x.Shape[2], x.Shape[3]);
        var y = outputs[0].AsSpan<T>();
        for (var i = 0; i < y.Length; i++)
        {
            var (line, column) = Math.DivRem(i, Width);
            var (place, row) = Math.DivRem(line, Height);
            var (index, channel) = Math.DivRem(place, channels);
            var region = inputs[1].AsSpan<T>().Slice(index * 5, 5);
            var image = IndexOperand.Normalize(long.CreateSaturating(region[0]), x.Shape[0]);
            var rows = Cell(region[2], region[4], row, Height, height);
            var columns = Cell(region[1], region[3], column, Width, width);
            y[i] = Greatest<T>(x.AsSpan<T>().Slice((image * channels + channel) * height * width, height * width), rows, columns, width);
        }
    }

    /// <summary>The elements of one cell along one side of a region.</summary>
    (int From, int To) Cell<T>(T low, T high, int cell, int cells, int extent) where T : IBinaryFloatingPointIeee754<T>
    {
        var scale = T.CreateChecked(SpatialScale);
        var start = T.Round(low * scale, MidpointRounding.AwayFromZero);
        var length = T.Max(T.Round(high * scale, MidpointRounding.AwayFromZero) - start + T.One, T.One) / T.CreateChecked(cells);
        var from = T.Floor(T.CreateChecked(cell) * length) + start;
        var to = T.Ceiling(T.CreateChecked(cell + 1) * length) + start;
        return (Math.Clamp(int.CreateSaturating(from), 0, extent), Math.Clamp(int.CreateSaturating(to), 0, extent));
    }

    static T Greatest<T>(ReadOnlySpan<T> plane, (int From, int To) rows, (int From, int To) columns, int width)
        where T : IBinaryFloatingPointIeee754<T>
    {
        if (rows.From >= rows.To || columns.From >= columns.To) return T.Zero;

        var greatest = T.NegativeInfinity;
        for (var row = rows.From; row < rows.To; row++)
        {
            for (var column = columns.From; column < columns.To; column++) greatest = T.Max(greatest, plane[row * width + column]);
        }
        return greatest;
    }
}
