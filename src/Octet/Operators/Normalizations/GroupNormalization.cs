using System.Numerics;
using Octet.Kernels;
using Octet.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Octet.Operators;

/// <summary>
/// ONNX <c>GroupNormalization</c>, since opset 18: normalizes the channels of each group together, then scales each channel. Since opset 21
/// scale and bias are [channels], before [groups]. float32 and float64.
/// </summary>
/// <param name="Groups">Number of groups.</param>
/// <param name="Epsilon">Added to the variance.</param>
/// <param name="ScalesGroups">Whether scale and bias have one element a group rather than one a channel.</param>
sealed record GroupNormalization(int Groups, float Epsilon, bool ScalesGroups) : RealOperator
{
    public static GroupNormalization From(Attributes attributes) => From(attributes, scalesGroups: false);

    public override bool IsNormalization => true;

    /// <summary>As in opsets 18 to 20.</summary>
    public static GroupNormalization GroupScaledFrom(Attributes attributes) => From(attributes, scalesGroups: true);

    static GroupNormalization From(Attributes attributes, bool scalesGroups) =>
        attributes.Int("num_groups") is var groups and > 0 and <= int.MaxValue
        ? new((int)groups, attributes.Float("epsilon", fallback: 1e-5f), scalesGroups)
        : throw AttributeException.BadValue("num_groups", attributes.Int("num_groups"), $"from 1 to {int.MaxValue}");

    public override int RequiredInputs => 3;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        inputs.RequireSameType(0, 1, 2);
        var shape = inputs[0].Shape;
        if (shape.Rank < 2) throw new ShapeException($"the input has shape {shape}; [batch, channels, …] is expected");
        if (shape[1] % Groups != 0) throw AttributeException.BadValue("num_groups", Groups, $"a divisor of the {shape[1]} channels");
        InstanceNormalization.CheckParameters(inputs, ScalesGroups ? Groups : shape[1]);
        return [new(inputs[0].Type, shape)];
    }

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        Normalize<T>(inputs, outputs[0], Groups, Epsilon, ScalesGroups);

    /// <summary>Normalizes groups of neighbouring channels; instance normalization is the case of one channel a group.</summary>
    internal static void Normalize<T>(ReadOnlySpan<Tensor> inputs, Tensor output, int groups, float epsilon, bool scalesGroups)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var channels = AxisCut.At(inputs[0].Shape, 1);
        if (inputs[0].Length == 0) return;

        var members = channels.Count / groups;
        for (var group = 0; group < channels.Outer * groups; group++)
        {
            var x = inputs[0].AsSpan<T>().Slice(group * members * channels.Inner, members * channels.Inner);
            var y = output.AsSpan<T>().Slice(group * members * channels.Inner, members * channels.Inner);
            var (mean, variance) = RowStatistics.MeanAndVariance<T>(x);
            var deviation = T.Sqrt(variance + T.CreateChecked(epsilon));
            for (var member = 0; member < members; member++)
            {
                var parameter = scalesGroups ? group % groups : group % groups * members + member;
                var place = member * channels.Inner;
                RowStatistics.Standardize<T>(
                    x.Slice(place, channels.Inner), y.Slice(place, channels.Inner),
                    mean, inputs[1].AsSpan<T>()[parameter] / deviation, inputs[2].AsSpan<T>()[parameter]);
            }
        }
    }

    internal override GradientFacts Gradient => GradientFacts.ReadsInputs;

    private protected override void Backward<T>(in BackwardPass pass) => NormalizeBack<T>(pass, Groups, Epsilon, ScalesGroups);

    /// <summary>The gradients of <see cref="Normalize"/>.</summary>
    internal static void NormalizeBack<T>(in BackwardPass pass, int groups, float epsilon, bool scalesGroups)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var channels = AxisCut.At(pass.InputShape(0), 1);
        var (members, inner) = (channels.Count / groups, channels.Inner);
        if (pass.Wants(1, out var scaleGradient)) scaleGradient.AsSpan<T>().Clear();
        if (pass.Wants(2, out var biasGradient)) biasGradient.AsSpan<T>().Clear();
        using var terms = new Scratch<T>(members * inner);
        for (var group = 0; group < channels.Outer * groups; group++)
        {
            var (start, length) = (group * members * inner, members * inner);
            var x = pass.Inputs[0].AsSpan<T>().Slice(start, length);
            var (mean, variance) = RowStatistics.MeanAndVariance<T>(x);
            var inverse = T.One / T.Sqrt(variance + T.CreateChecked(epsilon));
            T sum = T.Zero, product = T.Zero;
            for (var member = 0; member < members; member++)
            {
                var parameter = scalesGroups ? group % groups : group % groups * members + member;
                ReadOnlySpan<T> upstream = pass.FirstUpstream.AsSpan<T>().Slice(start + member * inner, inner);
                var (ownSum, ownProduct) =
                    (RowStatistics.Sum(upstream), RowStatistics.SumOfProducts(upstream, x.Slice(member * inner, inner), mean));
                if (scaleGradient is not null) scaleGradient.AsSpan<T>()[parameter] += ownProduct * inverse;
                if (biasGradient is not null) biasGradient.AsSpan<T>()[parameter] += ownSum;
                var scale = pass.Inputs[1].AsSpan<T>()[parameter];
                (sum, product) = (sum + scale * ownSum, product + scale * ownProduct);
                TensorPrimitives.Multiply(upstream, scale, terms.Span.Slice(member * inner, inner));
            }
            if (!pass.Wants(0, out var gradient)) continue;
            var count = T.CreateChecked(length);
            RowStatistics.StandardizeBack(x, terms.Span, gradient.AsSpan<T>().Slice(start, length), mean, inverse, sum / count,
                inverse * inverse * product / count);
        }
    }

    internal override IReadOnlyList<int> TrainedInputs => [1, 2];
}

/// <summary>ONNX <c>InstanceNormalization</c>, since opset 1: normalizes each channel of each image, then scales it. float32 and
/// float64.</summary>
/// <remarks>Inputs: x [batch, channels, …], scale and bias, [channels] each.</remarks>
sealed record InstanceNormalization(float Epsilon) : RealOperator
{
    public static InstanceNormalization From(Attributes attributes) => new(attributes.Float("epsilon", fallback: 1e-5f));

    public override bool IsNormalization => true;

    public override int RequiredInputs => 3;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        inputs.RequireSameType(0, 1, 2);
        var shape = inputs[0].Shape;
        if (shape.Rank < 3)
            throw new ShapeException($"the input has shape {shape}; [batch, channels, …] with spatial dimensions is expected");
        CheckParameters(inputs, shape[1]);
        return [new(inputs[0].Type, shape)];
    }

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        GroupNormalization.Normalize<T>(inputs, outputs[0], inputs[0].Shape[1], Epsilon, scalesGroups: false);

    /// <summary>Checks that scale and bias have <paramref name="count"/> elements.</summary>
    internal static void CheckParameters(ReadOnlySpan<TensorInfo> inputs, int count)
    {
        for (var i = 1; i < 3; i++)
        {
            if (inputs[i].Shape.Rank != 1 || inputs[i].Shape[0] != count)
            {
                throw new ShapeException($"input {i} has shape {inputs[i].Shape}, but an input of shape {inputs[0].Shape} needs [{count}]");
            }
        }
    }

    internal override GradientFacts Gradient => GradientFacts.ReadsInputs;

    private protected override void Backward<T>(in BackwardPass pass) =>
        GroupNormalization.NormalizeBack<T>(pass, pass.InputShape(0)[1], Epsilon, scalesGroups: false);

    internal override IReadOnlyList<int> TrainedInputs => [1, 2];
}
