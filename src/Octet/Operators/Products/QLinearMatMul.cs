using Octet.Kernels;
using Octet.Numerics;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// ONNX <c>QLinearMatMul</c>, since opset 10: a matrix product from quantized operands to a quantized result,
/// <c>y = clamp(round(float32(Σ (a − aZero) · (b − bZero)) · (float32(aScale · bScale) / yScale)) + yZero)</c>.
/// </summary>
/// <remarks>
/// Inputs: A, its scale and zero point (one, or one a row); B, its scale and zero point (one, or one a column); scale and zero point of y
/// (one, or one a row). The same bits as ONNX Runtime.
/// </remarks>
sealed record QLinearMatMul : Operator, IBoundedOutput
{
    public static QLinearMatMul From(Attributes attributes) => new();

    internal override IntegerUse IntegerUse => IntegerUse.Computes;

    internal override RealForm? InReals => new("MatMul", OperandOrder.OutputLast, Tensors: 2);

    public override long? MacsOf(ReadOnlySpan<TensorInfo> inputs, ReadOnlySpan<TensorInfo> outputs) =>
        ProductShape.Macs(outputs[0], inputs[0]);

    /// <summary>Where a limiting activation ends; null for none.</summary>
    internal IntegerBounds? Bounds { get; init; }

    Operator IBoundedOutput.Within(IntegerBounds bounds) => this with { Bounds = bounds };

    public override int RequiredInputs => 8;

    public override DataType TypeOfOutput(int output, ReadOnlySpan<DataType> inputs) => inputs.TypeAt(7);

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        IntegerOperand.Check(inputs[0], inputs[2]);
        IntegerOperand.Check(inputs[3], inputs[5]);
        IntegerOperand.Check(inputs[7], inputs[7]);
        var shape = new ProductShape(inputs[0].Shape, inputs[3].Shape);
        var (rows, columns) = ((long)shape.Rows, (long)shape.Columns);
        IntegerOperand.CheckScale(inputs[1], "the scale of A", rows, shape.LeftMatrices * rows);
        IntegerOperand.CheckCount(inputs[2], "the zero point of A", rows, shape.LeftMatrices * rows);
        IntegerOperand.CheckScale(inputs[4], "the scale of B", columns, shape.RightMatrices * columns);
        IntegerOperand.CheckCount(inputs[5], "the zero point of B", columns, shape.RightMatrices * columns);
        IntegerOperand.CheckScale(inputs[6], "the scale of the result", rows, shape.Batches * rows);
        IntegerOperand.CheckCount(inputs[7], "the zero point of the result", rows, shape.Batches * rows);
        return [new(inputs[7].Type, shape.Output)];
    }

    public override unsafe void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var (output, zeroPoints) = (outputs[0], inputs[7]);
        var shape = new ProductShape(inputs[0].Shape, inputs[3].Shape);
        using var sums = new Scratch<int>(output.Length);
        MatMulInteger.Run(inputs[0], inputs[2], inputs[3], inputs[5], sums.Pointer);

        var leftScales = inputs[1].Floats;
        var rightScales = inputs[4].Floats;
        var scales = inputs[6].Floats;
        // Runs of one multiplier: whole rows, or single elements where each column has its own scale.
        var runLength = rightScales.Length == 1 ? shape.Columns : 1;
        for (var start = 0; start < output.Length; start += runLength)
        {
            var (row, column) = Math.DivRem(start, shape.Columns);
            var (batch, rowOfMatrix) = Math.DivRem(row, shape.Rows);
            var (left, right) = shape.MatricesOf(batch);
            var multiplier = LinearQuantizer.ComputeMultiplier(
                leftScales[(left * shape.Rows + rowOfMatrix) % leftScales.Length],
                rightScales[(right * shape.Columns + column) % rightScales.Length],
                scales[row % scales.Length]);
            IntegerOperand.Requantize(sums.Span.Slice(start, runLength), output, start, multiplier,
                IntegerOperand.ZeroPoint(zeroPoints, row));
        }
        Bounds?.Limit(output);
    }

    internal override Operator PreparedFor(ReadOnlySpan<TensorInfo> inputs)
    {
        if (!inputs.AreKnown(1) || inputs[0].Shape.Rank < 2 || inputs[3].Value is not { Shape.Rank: 2 } weights) return this;
        var layer = IntegerLayer.Of(
            inputs[0].Type, (inputs[1].Value!, inputs[2].Value), weights, (inputs[4].Value!, inputs[5].Value), channelAxis: 1,
            (inputs[6].Value!, inputs[7].Value), inputs[7].Type, bias: null, Bounds);
        return layer is null
            ? this : new PackedIntegerProduct(layer.Pack(weights.Shape[0], weights.Shape[1], isTransposed: false), inputs[7].Type);
    }
}
