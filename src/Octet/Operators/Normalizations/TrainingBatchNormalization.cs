using System.Numerics;
using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// ONNX <c>BatchNormalization</c> with <c>training_mode = 1</c>, since opset 14: normalizes each channel by its mean and variance over the
/// batch, and gives the running statistics, <c>running · momentum + current · (1 − momentum)</c>.
/// </summary>
/// <remarks>
/// Inputs: x [batch, channels, …], then scale, bias, running mean and running variance, [channels] each. Outputs: y, and optionally the new
/// running mean and variance. The variance is that of all elements. float32 and float64.
/// </remarks>
sealed record TrainingBatchNormalization(float Epsilon, float Momentum, bool UnbiasedVariance = false) : RealOperator
{
    public static TrainingBatchNormalization From(Attributes attributes) =>
        new(attributes.Float("epsilon", fallback: 1e-5f), attributes.Float("momentum", fallback: 0.9f));

    public override string OpType => "BatchNormalization";

    public override int RequiredInputs => 5;

    public override DataType TypeOfOutput(int output, ReadOnlySpan<DataType> inputs) => inputs.TypeAt(output == 0 ? 0 : output + 2);

    public override int MaxOutputs => 3;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        BatchNormalization.CheckParameters(inputs);
        return [new(inputs[0].Type, inputs[0].Shape), new(inputs[3].Type, inputs[3].Shape), new(inputs[4].Type, inputs[4].Shape)];
    }

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var layout = BatchNormalization.ChannelsOf(inputs[0].Shape);
        var (count, momentum) = (T.CreateChecked(layout.Outer * layout.Inner), T.CreateChecked(Momentum));
        for (var channel = 0; channel < layout.Count; channel++)
        {
            T sum = T.Zero, squares = T.Zero;
            for (var i = 0; i < layout.Outer; i++) sum += RowStatistics.Sum<T>(Row<T>(inputs[0], layout, i, channel));
            var mean = sum / count;
            for (var i = 0; i < layout.Outer; i++) squares += RowStatistics.SumOfSquares(Row<T>(inputs[0], layout, i, channel), mean);
            var variance = squares / count;

            var factor = inputs[1].AsSpan<T>()[channel] / T.Sqrt(variance + T.CreateChecked(Epsilon));
            for (var i = 0; i < layout.Outer; i++)
            {
                RowStatistics.Standardize(Row<T>(inputs[0], layout, i, channel), Row<T>(outputs[0], layout, i, channel), mean, factor,
                    inputs[2].AsSpan<T>()[channel]);
            }
            Update(inputs[3], outputs.Optional(1), channel, mean, momentum);
            Update(inputs[4], outputs.Optional(2), channel, UnbiasedVariance && count > T.One ? squares / (count - T.One) : variance,
                momentum);
        }
    }

    static Span<T> Row<T>(Tensor tensor, AxisCut layout, int batch, int channel) where T : unmanaged =>
        tensor.AsSpan<T>().Slice((batch * layout.Count + channel) * layout.Inner, layout.Inner);

    static void Update<T>(Tensor running, Tensor? updated, int channel, T current, T momentum) where T : unmanaged, INumber<T>
    {
        if (updated is not null) updated.AsSpan<T>()[channel] = running.AsSpan<T>()[channel] * momentum + current * (T.One - momentum);
    }

    internal override GradientFacts Gradient => new(GradientReads.Inputs, Inputs: 3);

    private protected override void Backward<T>(in BackwardPass pass)
    {
        var layout = BatchNormalization.ChannelsOf(pass.InputShape(0));
        var (x, upstream, count) = (pass.Inputs[0], pass.FirstUpstream, T.CreateChecked(layout.Outer * layout.Inner));
        for (var channel = 0; channel < layout.Count; channel++)
        {
            T total = T.Zero, squares = T.Zero, sum = T.Zero, product = T.Zero;
            for (var i = 0; i < layout.Outer; i++) total += RowStatistics.Sum<T>(Row<T>(x, layout, i, channel));
            var mean = total / count;
            for (var i = 0; i < layout.Outer; i++)
            {
                var row = Row<T>(x, layout, i, channel);
                squares += RowStatistics.SumOfSquares(row, mean);
                sum += RowStatistics.Sum<T>(Row<T>(upstream, layout, i, channel));
                product += RowStatistics.SumOfProducts(Row<T>(upstream, layout, i, channel), row, mean);
            }
            var inverse = T.One / T.Sqrt(squares / count + T.CreateChecked(Epsilon));
            if (pass.Wants(1, out var scaleGradient)) scaleGradient.AsSpan<T>()[channel] = product * inverse;
            if (pass.Wants(2, out var biasGradient)) biasGradient.AsSpan<T>()[channel] = sum;
            if (!pass.Wants(0, out var gradient)) continue;
            var (factor, slope) = (pass.Inputs[1].AsSpan<T>()[channel] * inverse, inverse * inverse * product / count);
            for (var i = 0; i < layout.Outer; i++)
            {
                RowStatistics.StandardizeBack(Row<T>(x, layout, i, channel), Row<T>(upstream, layout, i, channel),
                    Row<T>(gradient, layout, i, channel), mean, factor, sum / count, slope);
            }
        }
    }

    internal override IReadOnlyList<int> TrainedInputs => [1, 2];
}
