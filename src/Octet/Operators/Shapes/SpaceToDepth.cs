using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// ONNX <c>SpaceToDepth</c>: stacks blocks of b × b pixels as channels: [N, C, H · b, W · b] becomes [N, b² · C, H, W],
/// with the block's row and column as the outer part of the channel number.
/// </summary>
sealed record SpaceToDepth(int Block) : MovingOperator
{
    public static SpaceToDepth From(Attributes attributes) => new(DepthToSpace.BlockOf(attributes));

    public override bool OnlyMovesData => true;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        var shape = inputs[0].Shape;
        if (shape.Rank != 4 || shape[2] % Block != 0 || shape[3] % Block != 0)
        {
            throw new ShapeException($"[N, C, H, W] with H and W divisible by {Block} is expected, but the shape is {shape}");
        }
        return [new(inputs[0].Type, Shape.From([shape[0], (long)shape[1] * Block * Block, shape[2] / Block, shape[3] / Block]))];
    }

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        if (outputs[0].Length == 0) return;

        var (input, result) = (inputs[0].Shape, outputs[0].Shape);
        var (channels, width) = (input[1], input[3]);
        var plane = input[2] * width;
        int[] extents = [input[0], Block, Block, channels, result[2], result[3]];
        int[] strides = [plane * channels, width, 1, plane, width * Block, Block];
        ElementMove.Apply(inputs[0], outputs[0], new StridedCopy(extents, strides, new Shape(extents).GetStrides()));
    }

    internal override GradientFacts Gradient => new(GradientReads.Nothing, Inputs: 1);

    private protected override void Backward<T>(in BackwardPass pass) => BackwardByPlaces<T>(pass);
}
