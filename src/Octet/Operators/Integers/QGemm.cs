using Octet.Kernels;
using Octet.Numerics;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// ONNX Runtime's <c>QGemm</c> (com.microsoft): a matrix product of 8-bit integers with an int32 bias in steps of <c>aScale · bScale</c>,
/// <c>y = clamp(round(float32(Σ (a − aZero) · (b − bZero) + c) · (float32(alpha · aScale · bScale) / yScale)) + yZero)</c>; without a scale
/// of y the real values themselves.
/// </summary>
/// <remarks>
/// Inputs: A, its scale and zero point; B, its scale and zero point (one, or one a column); optionally C, scale and zero point of y.
/// </remarks>
sealed record QGemm(float Alpha, bool TransposeA, bool TransposeB) : Operator, IBoundedOutput
{
    const int Bias = 6, OutputScale = 7, OutputZeroPoint = 8;

    public static QGemm From(Attributes attributes) =>
        new(attributes.Float("alpha", fallback: 1), attributes.Flag("transA"), attributes.Flag("transB"));

    /// <summary>Where a limiting activation ends; null for none.</summary>
    internal IntegerBounds? Bounds { get; init; }

    Operator IBoundedOutput.Within(IntegerBounds bounds) => this with { Bounds = bounds };

    internal override IntegerUse IntegerUse => IntegerUse.Computes;

    internal override RealForm? InReals => new("Gemm", OperandOrder.BiasBeforeOutput, Tensors: 2)
    {
        // With a factor, the steps of the bias are others than those of products that runtimes make integers of.
        AttributesOf = static attributes => attributes.Float("alpha", fallback: 1) == 1 ? attributes : null,
    };

    public override int RequiredInputs => 6;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        IntegerOperand.Check(inputs[0], inputs[2]);
        IntegerOperand.Check(inputs[3], inputs[5]);
        inputs.RequireType(Bias, DataType.Int32);
        var product = new Gemm(1, 1, TransposeA,
            TransposeB).Infer([new(DataType.Int32, inputs[0].Shape), new(DataType.Int32, inputs[3].Shape),
            inputs.Optional(Bias)!])[0].Shape;
        IntegerOperand.CheckScale(inputs[1], "the scale of A");
        IntegerOperand.CheckCount(inputs[2], "the zero point of A");
        IntegerOperand.CheckScale(inputs[4], "the scale of B", product[1]);
        IntegerOperand.CheckCount(inputs[5], "the zero point of B", product[1]);
        if (inputs.Optional(OutputScale) is not { } scale) return [new(DataType.Float32, product)];
        IntegerOperand.CheckScale(scale, "the scale of the result");
        IntegerOperand.CheckCount(inputs.Optional(OutputZeroPoint), "the zero point of the result");
        return [new(inputs.Optional(OutputZeroPoint)?.Type ?? inputs[0].Type, product)];
    }

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var (rows, columns) = (outputs[0].Shape[0], outputs[0].Shape[1]);
        var (a, b) = (Widened(inputs[0], inputs[2], 0), Widened(inputs[3], inputs[5], TransposeB ? 0 : 1));
        var sums = new Tensor(DataType.Int32, outputs[0].Shape);
        Operator product = new Gemm(1, 1, TransposeA, TransposeB);
        product.Run(inputs.Optional(Bias) is { } bias ? [a, b, bias] : [a, b], [sums]);

        var scale = Alpha * inputs[1].Floats[0];
        var scales = inputs[4].Floats;
        for (var i = 0; i < rows * columns; i++)
        {
            var (sum, weightScale) = (sums.AsSpan<int>()[i], scales[i % columns % scales.Length]);
            if (inputs.Optional(OutputScale) is not { } outputScale) outputs[0].Floats[i] = sum * (scale * weightScale);
            else outputs[0].Bytes[i] = Requantization(inputs).Apply(sum,
                LinearQuantizer.ComputeMultiplier(scale, weightScale, outputScale.Floats[0]));
        }
    }

    internal override Operator PreparedFor(ReadOnlySpan<TensorInfo> inputs)
    {
        if (TransposeA || !inputs.AreKnown(1)) return this;
        var (bias, weights, scales) = (inputs.Optional(Bias)?.Value, inputs[3].Value!, inputs[4].Value!);
        var (depth, columns, channelAxis) = TransposeB ? (weights.Shape[1], weights.Shape[0], 0) : (weights.Shape[0], weights.Shape[1], 1);
        if (bias is not null && bias.Length != columns) return this;
        if (inputs.Optional(OutputScale) is { } outputScale)
        {
            var outputType = inputs.Optional(OutputZeroPoint)?.Type ?? inputs[0].Type;
            var layer = IntegerLayer.Of(
                inputs[0].Type, (inputs[1].Value!, inputs[2]?.Value), weights, (scales, inputs[5]?.Value), channelAxis,
                (outputScale.Value!, inputs.Optional(OutputZeroPoint)?.Value), outputType, bias, Bounds, Alpha);
            return layer is null ? this : new PackedIntegerProduct(layer.Pack(depth, columns, TransposeB), outputType);
        }
        if (IntegerLayer.OfSums(inputs[0].Type, inputs[2]?.Value, weights, inputs[5]?.Value, channelAxis, bias) is not { } sums)
        {
            return this;
        }
        var scale = Alpha * inputs[1].Value!.Floats[0];
        var sumScales = Enumerable.Range(0, columns).Select(column => scale * scales.Floats[column % scales.Length]).ToArray();
        return new PackedIntegerProduct(sums.Pack(depth, columns, TransposeB), DataType.Float32) { SumScales = sumScales };
    }

    Requantization Requantization(ReadOnlySpan<Tensor> inputs)
    {
        var type = inputs.Optional(OutputZeroPoint)?.Type ?? inputs[0].Type;
        var full = Kernels.Requantization.To(type, IntegerOperand.ZeroPoint(inputs.Optional(OutputZeroPoint)));
        return Bounds is { } bounds ? full with { Low = bounds.Low, High = bounds.High } : full;
    }

    static Tensor Widened(Tensor integers, Tensor? zeroPoints, int channelAxis)
    {
        var differences = new Tensor(DataType.Int32, integers.Shape);
        IntegerOperand.WriteDifferences(integers, zeroPoints, ChannelLayout.Of(integers.Shape, channelAxis), differences.AsSpan<int>());
        return differences;
    }
}
