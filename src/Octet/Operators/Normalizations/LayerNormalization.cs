using System.Numerics;
using Octet.Kernels;
using Octet.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Octet.Operators;

/// <summary>
/// ONNX <c>LayerNormalization</c>, since opset 17: over all axes from <c>axis</c> on, <c>y = (x − mean) / sqrt(variance + epsilon) · scale
/// + bias</c>.
/// </summary>
/// <remarks>
/// Inputs: x, scale and optionally bias, which broadcast to the normalized axes. Outputs: y, and optionally mean and 1 / sqrt(variance +
/// epsilon), with extent 1 in the normalized axes. float32 and float64.
/// </remarks>
sealed record LayerNormalization(long Axis, float Epsilon, DataType StatisticsType) : RealOperator
{
    public static LayerNormalization From(Attributes attributes) =>
        new(attributes.Int("axis", fallback: -1), attributes.Float("epsilon", fallback: 1e-5f), StatisticsTypeOf(attributes));

    public override bool IsNormalization => true;

    public override int RequiredInputs => 2;

    public override DataType TypeOfOutput(int output, ReadOnlySpan<DataType> inputs) => output == 0 ? inputs.TypeAt(0) : StatisticsType;

    public override int MaxOutputs => 3;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        var shape = inputs[0].Shape;
        var axis = shape.NormalizeAxis(Axis);
        NormalizedRow.Check(inputs, axis);
        Span<int> ones = new int[shape.Rank - axis];
        ones.Fill(1);
        Shape statistics = [.. shape[..axis], .. ones];
        return [new(inputs[0].Type, shape), new(StatisticsType, statistics), new(StatisticsType, statistics)];
    }

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var cut = AxisCut.From(inputs[0].Shape, Axis);
        using var scaleScratch = new Scratch<T>(cut.Count);
        using var biasScratch = new Scratch<T>(cut.Count);
        NormalizedRow.Expand(inputs[1], inputs[0].Shape[inputs[0].Shape.NormalizeAxis(Axis)..], scaleScratch.Span);
        if (inputs.Optional(2) is { } bias) NormalizedRow.Expand(bias, inputs[0].Shape[inputs[0].Shape.NormalizeAxis(Axis)..],
            biasScratch.Span);
        else biasScratch.Span.Clear();

        for (var row = 0; row < cut.Outer; row++)
        {
            var x = inputs[0].AsSpan<T>().Slice(row * cut.Count, cut.Count);
            var y = outputs[0].AsSpan<T>().Slice(row * cut.Count, cut.Count);
            var (mean, variance) = RowStatistics.MeanAndVariance<T>(x);
            var inverse = T.One / T.Sqrt(variance + T.CreateChecked(Epsilon));
            RowStatistics.Standardize<T>(x, y, mean, inverse, T.Zero);
            TensorPrimitives.MultiplyAdd(y, scaleScratch.Span, biasScratch.Span, y);
            Store(outputs.Optional(1), row, mean);
            Store(outputs.Optional(2), row, inverse);
        }
    }

    static void Store<T>(Tensor? statistics, int row, T value) where T : unmanaged, INumber<T>
    {
        if (statistics is not null) statistics.Floats[row] = float.CreateTruncating(value);
    }

    /// <summary>float32, or a narrower type that the statistics are rounded to in the end.</summary>
    static DataType StatisticsTypeOf(Attributes attributes) =>
        (DataType)attributes.Int("stash_type", fallback: (long)DataType.Float32) is var type
        and (DataType.Float32 or DataType.Float16 or DataType.BFloat16) ? type
        : throw AttributeException.BadValue("stash_type", attributes.Int("stash_type"), "1 (float32), 10 (float16), 16 (bfloat16)");

    internal override GradientFacts Gradient => GradientFacts.ReadsInputs;

    private protected override void Backward<T>(in BackwardPass pass)
    {
        var shape = pass.InputShape(0);
        var cut = AxisCut.From(shape, Axis);
        Shape row = new(shape[shape.NormalizeAxis(Axis)..]);
        using var scale = new Scratch<T>(cut.Count);
        using var scaleSums = new Scratch<T>(cut.Count);
        using var biasSums = new Scratch<T>(cut.Count);
        using var terms = new Scratch<T>(cut.Count);
        NormalizedRow.Expand(pass.Inputs[1], row.Dimensions, scale.Span);
        scaleSums.Span.Clear();
        biasSums.Span.Clear();
        var count = T.CreateChecked(cut.Count);
        for (var i = 0; i < cut.Outer; i++)
        {
            var x = pass.Inputs[0].AsSpan<T>().Slice(i * cut.Count, cut.Count);
            ReadOnlySpan<T> upstream = pass.FirstUpstream.AsSpan<T>().Slice(i * cut.Count, cut.Count);
            var (mean, variance) = RowStatistics.MeanAndVariance<T>(x);
            var inverse = T.One / T.Sqrt(variance + T.CreateChecked(Epsilon));
            RowStatistics.Standardize<T>(x, terms.Span, mean, inverse, T.Zero);
            TensorPrimitives.MultiplyAdd(upstream, terms.Span, scaleSums.Span, scaleSums.Span);
            TensorPrimitives.Add(upstream, biasSums.Span, biasSums.Span);
            if (!pass.Wants(0, out var gradient)) continue;
            TensorPrimitives.Multiply(upstream, scale.Span, terms.Span);
            var (sum, product) = (RowStatistics.Sum<T>(terms.Span), RowStatistics.SumOfProducts<T>(terms.Span, x, mean));
            RowStatistics.StandardizeBack(x, terms.Span, gradient.AsSpan<T>().Slice(i * cut.Count, cut.Count), mean, inverse, sum / count,
                inverse * inverse * product / count);
        }
        if (pass.Wants(1, out var scaleGradient)) BroadcastGradient.SumTo<T>(scaleSums.Span, row, scaleGradient);
        if (pass.Wants(2, out var biasGradient)) BroadcastGradient.SumTo<T>(biasSums.Span, row, biasGradient);
    }

    internal override IReadOnlyList<int> TrainedInputs => [1, 2];
}
