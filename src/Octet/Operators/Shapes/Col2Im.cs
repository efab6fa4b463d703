using System.Numerics;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// ONNX <c>Col2Im</c>, since opset 18: adds the columns [N, C · block, L] of sliding blocks up to an image [N, C, image..], each element
/// where its block lay.
/// </summary>
/// <remarks>Inputs: columns, extents of the image [axes], extents of a block [axes]; L counts the block's positions in row-major
/// order.</remarks>
sealed record Col2Im(long[]? Dilations, long[]? Pads, long[]? Strides) : NumericOperator
{
    public static Col2Im From(Attributes attributes)
    {
        RequirePositive(attributes, "dilations");
        RequirePositive(attributes, "strides");
        return new(attributes.IntsOrNull("dilations"), attributes.IntsOrNull("pads"), attributes.IntsOrNull("strides"));
    }

    public override int RequiredInputs => 3;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        var (type, columns) = (inputs[0].Type, inputs[0].Shape);
        if (inputs.Integers(1) is not { } image || inputs.Integers(2) is not { } block) return [new(type, Shape.Unknown)];

        var axes = Axes(image, block);
        var (blockLength, positions) = (Shape.From(block).Length, Shape.From([.. axes.Select(axis => axis.Positions)]).Length);
        if (columns.Rank != 3 || blockLength == 0 || columns[1] % blockLength != 0 || columns[2] != positions)
        {
            throw new ShapeException($"columns [N, C · {blockLength}, {positions}] are expected, but the shape is {columns}");
        }
        return [new(type, Shape.From([columns[0], columns[1] / blockLength, .. image]))];
    }

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var axes = Axes(inputs[1].Integers(), inputs[2].Integers());
        var image = outputs[0].AsSpan<T>();
        image.Clear();
        if (inputs[0].Length == 0 || image.IsEmpty) return;

        ReadOnlySpan<T> column = inputs[0].AsSpan<T>();
        var planes = outputs[0].Shape[0] * outputs[0].Shape[1];
        var (planeLength, blockLength, positions) = (image.Length / planes, inputs[0].Shape[1] / outputs[0].Shape[1], inputs[0].Shape[2]);
        for (var plane = 0; plane < planes; plane++)
        {
            for (var element = 0; element < blockLength; element++)
            {
                AddRow(column[..positions], image.Slice(plane * planeLength, planeLength), axes, Coordinates(element, axes));
                column = column[positions..];
            }
        }
    }

    /// <summary>Adds one element of the block, at all positions of the block, to one plane of the image.</summary>
    static void AddRow<T>(ReadOnlySpan<T> row, Span<T> plane, Axis[] axes, long[] element) where T : INumber<T>
    {
        var position = new long[axes.Length];
        foreach (var value in row)
        {
            long place = 0;
            var isInside = true;
            for (var i = 0; i < axes.Length; i++)
            {
                var coordinate = position[i] * axes[i].Stride + element[i];
                isInside &= coordinate >= 0 && coordinate < axes[i].Image;
                place = place * axes[i].Image + coordinate;
            }
            if (isInside) plane[(int)place] += value;
            for (var i = axes.Length - 1; i >= 0 && ++position[i] == axes[i].Positions; i--) position[i] = 0;
        }
    }

    /// <summary>Where an element of the first block lies in the image.</summary>
    static long[] Coordinates(int element, Axis[] axes)
    {
        var coordinates = new long[axes.Length];
        for (var i = axes.Length - 1; i >= 0; i--)
        {
            coordinates[i] = element % axes[i].Block * axes[i].Dilation - axes[i].Before;
            element /= axes[i].Block;
        }
        return coordinates;
    }

    Axis[] Axes(long[] image, long[] block)
    {
        var rank = image.Length;
        if (block.Length != rank || (Dilations ?? block).Length != rank || (Strides ?? block).Length != rank
            || (Pads?.Length ?? 2 * rank) != 2 * rank)
        {
            throw new ShapeException($"block, dilations, strides and pads do not match the {rank} axes of image "
                + $"[{string.Join(", ", image)}]");
        }
        var (images, blocks) = (Shape.From(image), Shape.From(block));
        var axes = new Axis[rank];
        for (var i = 0; i < rank; i++)
        {
            var (before, after, dilation, stride) = (Pads?[i] ?? 0, Pads?[rank + i] ?? 0, Dilations?[i] ?? 1, Strides?[i] ?? 1);
            if (Math.Max(Math.Abs((decimal)before), Math.Abs((decimal)after)) > int.MaxValue || Math.Max(dilation, stride) > int.MaxValue)
            {
                throw new ShapeException($"pads {before} and {after}, dilation {dilation} and stride {stride} of axis {i} are out "
                    + "of range");
            }
            var room = images[i] + before + after - dilation * (blocks[i] - 1L) - 1;
            axes[i] = new(images[i], blocks[i], before, dilation, stride, room < 0 ? 0 : room / stride + 1);
        }
        return axes;
    }

    static void RequirePositive(Attributes attributes, string name)
    {
        if (attributes.IntsOrNull(name) is { } values && values.Any(value => value < 1))
        {
            throw AttributeException.BadValue(name, $"[{string.Join(", ", values)}]", "numbers from 1");
        }
    }

    readonly record struct Axis(int Image, int Block, long Before, long Dilation, long Stride, long Positions);
}
