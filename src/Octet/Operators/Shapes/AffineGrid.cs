using System.Numerics;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// ONNX <c>AffineGrid</c>, since opset 20: where each pixel of an output comes from under an affine transform theta [N, d, d + 1], in
/// coordinates of −1..1 across the input; size is [N, C, (D,) H, W] and the result [N, (D,) H, W, d], its innermost dimension being (x, y(,
/// z)).
/// </summary>
/// <param name="AlignCorners">Whether −1 and 1 are the centres of the outermost pixels, or their outer borders.</param>
sealed record AffineGrid(bool AlignCorners) : NumericOperator
{
    public static AffineGrid From(Attributes attributes) => new(attributes.Flag("align_corners"));

    public override int RequiredInputs => 2;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        var (type, theta) = (inputs[0].Type, inputs[0].Shape);
        if (inputs.Integers(1) is not { } size) return [new(type, Shape.Unknown)];

        var axes = size.Length - 2;
        if (axes is not (2 or 3) || theta != Shape.From([size[0], axes, axes + 1]))
        {
            throw new ShapeException($"theta {theta} does not match size [{string.Join(", ", size)}]: [N, 2, 3] goes with [N, C, H, W], "
                + "[N, 3, 4] with [N, C, D, H, W]");
        }
        return [new(type, Shape.From([size[0], .. size[2..], axes]))];
    }

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var shape = outputs[0].Shape;
        var extents = shape[1..^1];
        var axes = extents.Length;
        var theta = inputs[0].AsSpan<T>();
        var grid = outputs[0].AsSpan<T>();
        Span<T> point = stackalloc T[axes];
        for (var i = 0; i < grid.Length / axes; i++)
        {
            var rest = i;
            for (var axis = 0; axis < axes; axis++)
            {
                // The point's coordinates run from the innermost axis outwards.
                var extent = extents[axes - 1 - axis];
                point[axis] = Coordinate<T>(rest % extent, extent);
                rest /= extent;
            }
            var matrix = theta.Slice(rest * axes * (axes + 1), axes * (axes + 1));
            for (var row = 0; row < axes; row++)
            {
                var sum = matrix[row * (axes + 1) + axes];
                for (var axis = 0; axis < axes; axis++) sum += matrix[row * (axes + 1) + axis] * point[axis];
                grid[i * axes + row] = sum;
            }
        }
    }

    T Coordinate<T>(int place, int extent) where T : INumber<T> => T.CreateTruncating(
        !AlignCorners ? (2.0 * place + 1) / extent - 1
        : extent == 1 ? 0 : 2.0 * place / (extent - 1) - 1);
}
