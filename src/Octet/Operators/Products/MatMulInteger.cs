using Octet.Kernels;
using Octet.Numerics;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>MatMulInteger</c>, since opset 10: the matrix product of integers from their zero points, exact in int32.</summary>
/// <remarks>Inputs: A and B, int8 or uint8 each, then optionally the zero points of A (one, or one a row) and of B (one, or one a
/// column).</remarks>
sealed record MatMulInteger : Operator
{
    public static MatMulInteger From(Attributes attributes) => new();

    internal override IntegerUse IntegerUse => IntegerUse.Computes;

    public override long? MacsOf(ReadOnlySpan<TensorInfo> inputs, ReadOnlySpan<TensorInfo> outputs) =>
        ProductShape.Macs(outputs[0], inputs[0]);

    public override int RequiredInputs => 2;

    public override DataType TypeOfOutput(int output, ReadOnlySpan<DataType> inputs) => DataType.Int32;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        var (leftZeroPoints, rightZeroPoints) = (inputs.Optional(2), inputs.Optional(3));
        IntegerOperand.Check(inputs[0], leftZeroPoints);
        IntegerOperand.Check(inputs[1], rightZeroPoints);
        var shape = new ProductShape(inputs[0].Shape, inputs[1].Shape);
        IntegerOperand.CheckCount(leftZeroPoints, "the zero point of A", shape.Rows, (long)shape.LeftMatrices * shape.Rows);
        IntegerOperand.CheckCount(rightZeroPoints, "the zero point of B", shape.Columns, (long)shape.RightMatrices * shape.Columns);
        return [new(DataType.Int32, shape.Output)];
    }

    public override unsafe void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        Run(inputs[0], inputs.Optional(2), inputs[1], inputs.Optional(3), outputs[0].Pointer<int>());

    internal override Operator PreparedFor(ReadOnlySpan<TensorInfo> inputs)
    {
        if (!inputs.AreKnown(1) || inputs[0].Shape.Rank < 2 || inputs[1].Value is not { Shape.Rank: 2 } weights) return this;
        var layer = IntegerLayer.OfSums(inputs[0].Type, inputs.Optional(2)?.Value, weights, inputs.Optional(3)?.Value, channelAxis: 1);
        return layer is null
            ? this : new PackedIntegerProduct(layer.Pack(weights.Shape[0], weights.Shape[1], isTransposed: false), DataType.Int32);
    }

    /// <summary>The sums of products of <see cref="MatMulInteger"/> and <see cref="QLinearMatMul"/>.</summary>
    internal static unsafe void Run(Tensor left, Tensor? leftZeroPoints, Tensor right, Tensor? rightZeroPoints, int* sums)
    {
        var shape = new ProductShape(left.Shape, right.Shape);
        using var leftDifferences = new Scratch<int>(left.Length);
        using var rightDifferences = new Scratch<int>(right.Length);
        IntegerOperand.WriteDifferences(left, leftZeroPoints, new(1, shape.LeftMatrices * shape.Rows, shape.Depth), leftDifferences.Span);
        WriteColumnDifferences(right, rightZeroPoints, shape, rightDifferences.Span);
        BatchedProduct.Run(shape, leftDifferences.Pointer, rightDifferences.Pointer, sums);
    }

    /// <summary>Columns may have zero points of their own, and those of each matrix others.</summary>
    static void WriteColumnDifferences(Tensor right, Tensor? zeroPoints, in ProductShape shape, Span<int> differences)
    {
        IntegerOperand.WriteDifferences(right, zeroPoints: null, ChannelLayout.Whole(right.Length), differences);
        if (zeroPoints is null) return;

        for (var row = 0; row < shape.RightMatrices * shape.Depth; row++)
        {
            var line = differences.Slice(row * shape.Columns, shape.Columns);
            var first = row / shape.Depth * shape.Columns;
            for (var column = 0; column < line.Length; column++) line[column] -= IntegerOperand.ZeroPoint(zeroPoints, first + column);
        }
    }
}
