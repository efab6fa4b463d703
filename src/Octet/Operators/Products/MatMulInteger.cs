using System.Runtime.CompilerServices;
using Octet.Kernels;
using Octet.Numerics;
using Octet.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Octet.Operators;

/// <summary>ONNX <c>MatMulInteger</c>, since opset 10: the matrix product of integers from their zero points, exact in int32.</summary>
/// <remarks>Inputs: A and B, int8 or uint8 each, then optionally the zero points of A (one, or one a row) and of B (one, or one a
/// column).</remarks>
sealed record MatMulInteger : Operator
{
    /// <summary>The greatest depth at which no sum of uint8 times int8 can leave int32.</summary>
    const int MaxDepth = int.MaxValue / (byte.MaxValue * -sbyte.MinValue);

    /// <summary>By the weights, for as long as these are used.</summary>
    static readonly ConditionalWeakTable<Tensor, SharedProduct> Shared = [];

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
        var (zeroPoint, weightZeroPoints) = (inputs.Optional(2), inputs.Optional(3));
        if (inputs[0].Shape.Rank < 2 || inputs[1].Value is not { Shape.Rank: 2 } weights || weightZeroPoints is { Value: null })
            return this;
        var isFixed = zeroPoint is null or { Value: not null };
        if (isFixed) return Packed(inputs[0].Type, zeroPoint?.Value, weights, weightZeroPoints?.Value) ?? (Operator)this;
        if (zeroPoint is not { Shape: { IsKnown: true, Length: 1 } } || weights.Shape[0] > MaxDepth) return this;

        // Sequences have many lengths, and each is prepared for: the packed weights are the same for all.
        var (type, points) = (inputs[0].Type, weightZeroPoints?.Value);
        if (Shared.TryGetValue(weights, out var known) && known.Type == type && known.WeightZeroPoints == points) return known.Product;
        if (Packed(type, inputZeroPoint: null, weights, points) is not { } product) return this;
        product = product with { ColumnSums = ColumnSums(weights, points) };
        Shared.AddOrUpdate(weights, new(type, points, product));
        return product;
    }

    static PackedIntegerProduct? Packed(DataType type, Tensor? inputZeroPoint, Tensor weights, Tensor? weightZeroPoints) =>
        IntegerLayer.OfSums(type, inputZeroPoint, weights, weightZeroPoints, channelAxis: 1) is { } layer
        ? new(layer.Pack(weights.Shape[0], weights.Shape[1], isTransposed: false), DataType.Int32) : null;

    /// <summary>The sum of each column, from its zero point.</summary>
    static int[] ColumnSums(Tensor weights, Tensor? zeroPoints)
    {
        var (depth, columns) = (weights.Shape[0], weights.Shape[1]);
        var differences = new int[weights.Length];
        WriteColumnDifferences(weights, zeroPoints, new([1, depth], weights.Shape), differences);
        var sums = new int[columns];
        for (var row = 0; row < depth; row++)
            TensorPrimitives.Add(sums, differences.AsSpan(row * columns, columns), sums);
        return sums;
    }

    /// <summary>A product that was packed before.</summary>
    sealed record SharedProduct(DataType Type, Tensor? WeightZeroPoints, PackedIntegerProduct Product);

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
