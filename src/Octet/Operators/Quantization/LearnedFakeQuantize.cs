using Octet.Numerics;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>What training learns of a quantizer.</summary>
enum ScaleLearning
{
    /// <summary>The scale itself (LSQ), and its zero point where there is a third input (LSQ+).</summary>
    Scale,

    /// <summary>The binary logarithm of the threshold (TQT): the scale is <c>2^ceil(log2 t) / 2^(bits − 1)</c>, or <c>/ 2^bits</c> for
    /// unsigned integers, always a power of two.</summary>
    LogThreshold,
}

/// <summary>
/// <see cref="FakeQuantize"/> whose scale is a value that training learns. Inputs: x; scale or threshold, one or one for each channel;
/// optionally the zero point likewise, which is rounded. float32. Octet's own operator: what was learned becomes a
/// <see cref="FakeQuantize"/>.
/// </summary>
/// <remarks>
/// With h = round(x/s) − x/s inside, and the distance of the limit from the zero point outside, the gradient of the scale is factor · Σ
/// upstream · h, and that of the threshold s · ln 2 · Σ upstream · h, its rounding up passed straight through; that of the zero point is −s
/// · Σ upstream outside. Sources: Esser et al. 2019, arXiv:1902.08153 (LSQ); Bhalgat et al. 2020, arXiv:2004.09576 (LSQ+); Jain et al.
/// 2019, arXiv:1903.08066 (TQT).
/// </remarks>
/// <param name="Spec">The integers.</param>
/// <param name="Axis">The axis along which channels lie; null with a single scale.</param>
/// <param name="Learning">What the second input holds.</param>
/// <param name="GradientFactor">Multiplies the gradients of scale and zero point; LSQ takes 1 / sqrt(elements · greatest integer).</param>
sealed record LearnedFakeQuantize(QuantizationSpec Spec, int? Axis, ScaleLearning Learning, double GradientFactor = 1) : Operator
{
    public override int RequiredInputs => 2;

    internal override GradientFacts Gradient => GradientFacts.ReadsInputs;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        var channels = ChannelLayout.Of(inputs[0].Shape, Axis).Channels;
        for (var i = 0; i < inputs.Length; i++)
        {
            if (inputs[i].Type != DataType.Float32) throw OperatorException.UnsupportedType(inputs[i].Type);
            if (i > 0 && inputs[i].Shape.Length != channels)
                throw new ShapeException($"input {i} has {inputs[i].Shape.Length} element(s), but a tensor of shape {inputs[0].Shape} "
                    + $"has {channels} scale(s)");
        }
        return [new(DataType.Float32, inputs[0].Shape)];
    }

    /// <summary>The scale that a learned element encodes.</summary>
    public float ScaleOf(float learned) => Learning == ScaleLearning.Scale ? learned
        : MathF.ScaleB(1, (int)MathF.Ceiling(learned) - (Spec.Signed ? Spec.Bits - 1 : Spec.Bits));

    /// <summary>
    /// What has to be learned for a scale to come out. A threshold that is a power of two begins in the middle of those that become it: at
    /// the end, the least step up would double the scale.
    /// </summary>
    public float LearnedOf(float scale)
    {
        if (Learning == ScaleLearning.Scale) return scale;
        var threshold = MathF.Log2(scale) + (Spec.Signed ? Spec.Bits - 1 : Spec.Bits);
        return threshold == MathF.Round(threshold) ? threshold - 0.5f : threshold;
    }

    /// <summary>The quantizer that what was learned makes.</summary>
    public QuantizationParameters Parameters(ReadOnlySpan<float> learned, ReadOnlySpan<float> zeroPoints)
    {
        var (scales, zeros) = (new float[learned.Length], new int[learned.Length]);
        for (var i = 0; i < scales.Length; i++)
            (scales[i], zeros[i]) = (ScaleOf(learned[i]), zeroPoints.IsEmpty ? 0 : ZeroOf(zeroPoints[i]));
        return new(Spec, [.. scales], [.. zeros], Axis);
    }

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var layout = ChannelLayout.Of(inputs[0].Shape, Axis);
        for (var place = 0; place < layout.Outer * layout.Channels; place++)
        {
            var (start, channel) = (place * layout.Inner, place % layout.Channels);
            LinearQuantizer.FakeQuantize(
                inputs[0].Floats.Slice(start, layout.Inner), outputs[0].Floats.Slice(start, layout.Inner),
                ScaleOf(inputs[1].Floats[channel]), Zero(inputs.Optional(2), channel), Spec.Low, Spec.High, Spec.Rounding);
        }
    }

    private protected override void Backward<T>(in BackwardPass pass)
    {
        var (x, layout) = (pass.Inputs[0], ChannelLayout.Of(pass.InputShape(0), Axis));
        if (pass.Wants(1, out var scales)) scales.Floats.Clear();
        if (pass.Wants(2, out var zeros)) zeros.Floats.Clear();
        for (var place = 0; place < layout.Outer * layout.Channels; place++)
        {
            var (start, channel) = (place * layout.Inner, place % layout.Channels);
            var scale = ScaleOf(pass.Inputs[1].Floats[channel]);
            var zeroPoint = Zero(pass.Inputs.Optional(2), channel);
            ReadOnlySpan<float> from = pass.FirstUpstream.Floats.Slice(start, layout.Inner);
            if (pass.Wants(0, out var gradient))
            {
                LinearQuantizer.StraightThrough(x.Floats.Slice(start, layout.Inner), from, gradient.Floats.Slice(start, layout.Inner),
                    scale, zeroPoint, Spec.Low, Spec.High, Spec.Rounding);
            }
            if (scales is null && zeros is null) continue;
            var (steps, outside) =
                LinearQuantizer.LearnedGradient(x.Floats.Slice(start, layout.Inner), from, scale, zeroPoint, Spec.Low, Spec.High,
                    Spec.Rounding);
            var factor = Learning == ScaleLearning.Scale ? GradientFactor : scale * Math.Log(2);
            if (scales is not null) scales.Floats[channel] += (float)(factor * steps);
            if (zeros is not null) zeros.Floats[channel] -= (float)(GradientFactor * scale * outside);
        }
    }

    int Zero(Tensor? zeroPoints, int channel) => zeroPoints is null ? 0 : ZeroOf(zeroPoints.Floats[channel]);

    int ZeroOf(float zeroPoint) => (int)Math.Clamp(MathF.Round(zeroPoint, MidpointRounding.ToEven), Spec.Low, Spec.High);
}
