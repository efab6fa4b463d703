using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// ONNX <c>DepthToSpace</c>: lays channels out as blocks of b × b pixels: [N, C · b², H, W] becomes [N, C, H · b, W · b].
/// The block's row and column are the outer part of the channel number (DCR), or its inner part (CRD, since opset 11).
/// </summary>
sealed record DepthToSpace(int Block, bool ColumnRowDepth) : MovingOperator
{
    public static DepthToSpace From(Attributes attributes) => new(BlockOf(attributes), attributes.String("mode", fallback: "DCR") switch
    {
        "DCR" => false,
        "CRD" => true,
        var other => throw AttributeException.BadValue("mode", other, "DCR, CRD"),
    });

    public override bool OnlyMovesData => true;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        var shape = inputs[0].Shape;
        if (shape.Rank != 4 || shape[1] % ((long)Block * Block) != 0)
        {
            throw new ShapeException($"[N, C, H, W] with C divisible by {(long)Block * Block} is expected, but the shape is {shape}");
        }
        return [new(inputs[0].Type, Shape.From([shape[0], shape[1] / (Block * Block), (long)shape[2] * Block, (long)shape[3] * Block]))];
    }

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        if (outputs[0].Length == 0) return;

        var (input, result) = (inputs[0].Shape, outputs[0].Shape);
        var (channels, height, width) = (result[1], input[2], input[3]);
        var plane = height * width;
        var (channel, row, column) = ColumnRowDepth
            ? (plane * Block * Block, plane * Block, plane)
            : (plane, plane * channels * Block, plane * channels);
        int[] extents = [input[0], channels, height, Block, width, Block];
        int[] strides = [plane * input[1], channel, width, row, 1, column];
        ElementMove.Apply(inputs[0], outputs[0], new StridedCopy(extents, strides, new Shape(extents).GetStrides()));
    }

    internal static int BlockOf(Attributes attributes) => attributes.Int("blocksize") is >= 1 and <= 46340 and var block
        ? (int)block : throw AttributeException.BadValue("blocksize", attributes.Int("blocksize"), "1..46340");

    internal override GradientFacts Gradient => new(GradientReads.Nothing, Inputs: 1);

    private protected override void Backward<T>(in BackwardPass pass) => BackwardByPlaces<T>(pass);
}
