using Octet.Calibration;
using Octet.Graphs;
using Octet.Kernels;
using Octet.Numerics;
using Octet.Operators;
using Octet.Planning;
using Octet.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Octet.TexasInstruments;

/// <summary>A place of PACT2 in a training graph, whose range is a state: [least, greatest, batches].</summary>
/// <param name="Place">Where it stands.</param>
/// <param name="Options">How ranges are made.</param>
sealed record Pact2Spot(Pact2Place Place, QuantModuleOptions Options)
{
    /// <summary>The activation with the range of a state.</summary>
    public Pact2Activation At(Tensor state) =>
        new(Place, Options) { Range = Pact2Range.FromState(state.Floats, Place.Signed, Options.PowerOfTwoActivations) };
}

/// <summary>Moves a range by the batch that it sees. Inputs: values, state. Output: the new state.</summary>
/// <param name="Spot">The place.</param>
/// <param name="IsFixed">Whether the range stays.</param>
/// <param name="Ignored">Elements of the values that set no range, such as masks; null if all count.</param>
sealed record Pact2Following(Pact2Spot Spot, bool IsFixed, IgnoredElements? Ignored = null) : Operator
{
    public override int RequiredInputs => 2;

    internal override GradientFacts Gradient => GradientFacts.Stops;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) => [new(DataType.Float32, inputs[1].Shape)];

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var range = Spot.At(inputs[1]).Range;
        if (!IsFixed)
        {
            ReadOnlySpan<float> values = inputs[0].Floats;
            if (Ignored is not null) values = Ignored.Raised(values, inputs[0].Shape);
            range.Update(TrimmedRange.Of(values, Spot.Options.ShrinkPercent));
        }
        range.State.CopyTo(outputs[0].Floats);
    }
}

/// <summary>
/// What PACT2 gives while it trains: the value of the rounded branch, and the gradient of the limited one, which is 1 within the range and
/// 0 outside. Inputs: values of the float path, state, and what is rounded. Output: the rounded values.
/// </summary>
sealed record Pact2Rounding(Pact2Spot Spot) : Operator
{
    public override int RequiredInputs => 3;

    internal override GradientFacts Gradient => new(GradientReads.Inputs, Inputs: 1, StopsOthers: true);

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) => [inputs[0] with { Value = null }];

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var activation = Spot.At(inputs[1]);
        if (Spot.Place.Bounds is { } bounds)
            ElementWise.Map(inputs[2].Floats, outputs[0].Floats, new Clip.Limits<float>(bounds.Low, bounds.High));
        else inputs[2].CopyTo(outputs[0]);
        LinearQuantizer.FakeQuantize(outputs[0].Floats, outputs[0].Floats, outputs[0].Shape, activation.Parameters);
    }

    private protected override void Backward<T>(in BackwardPass pass)
    {
        if (!pass.Wants(0, out var gradient)) return;
        var range = Spot.At(pass.Inputs[1]).Clip;
        ElementWise.Map(pass.Inputs[0].Floats, pass.FirstUpstream.Floats, gradient.Floats,
            new Clip.LimitsGradient<float>(range.Low, range.High));
    }
}

/// <summary>
/// Weights and bias of a layer after rounding to integers, with the normalization behind it merged by its running statistics. Inputs:
/// weights, bias, factor, offset, mean and variance of the normalization, state of the layer's input; all but the first may be left out.
/// Outputs: rounded weights, rounded bias, and the weights to store: the rounded ones with the normalization taken out again.
/// </summary>
/// <param name="Options">Bits and rules.</param>
/// <param name="Input">The place of the layer's input; null without one.</param>
/// <param name="Epsilon">That of the normalization.</param>
/// <param name="Axis">The axis of output channels.</param>
/// <param name="ScalesChannels">Whether each channel has a scale.</param>
/// <param name="Channels">Output channels.</param>
/// <param name="LimitsWeights">Whether huge weights are limited before they are rounded.</param>
sealed record Pact2Merging(QuantModuleOptions Options, Pact2Spot? Input, float Epsilon, int Axis, bool ScalesChannels, int Channels,
    bool LimitsWeights) : Operator
{
    const int WeightInput = 0, BiasInput = 1, FactorInput = 2, OffsetInput = 3, MeanInput = 4, VarianceInput = 5, StateInput = 6;

    public override int RequiredInputs => 1;

    public override int MaxOutputs => 3;

    internal override GradientFacts Gradient => GradientFacts.Stops;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) =>
        [inputs[WeightInput] with { Value = null }, new(DataType.Float32, [Channels]), inputs[WeightInput] with { Value = null }];

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var factors = new float[Channels];
        var bias = new float[Channels];
        inputs.Optional(BiasInput)?.Floats.CopyTo(bias);
        for (var channel = 0; channel < Channels; channel++)
        {
            factors[channel] = inputs.Optional(FactorInput) is { } factor
                ? factor.Floats[channel] / MathF.Sqrt(inputs[VarianceInput].Floats[channel] + Epsilon) : 1;
            if (inputs.Optional(OffsetInput) is { } offset)
                bias[channel] = (bias[channel] - inputs[MeanInput].Floats[channel]) * factors[channel] + offset.Floats[channel];
        }
        var weights = inputs[WeightInput].Clone();
        ForEachChannel(weights, (part, channel) => TensorPrimitives.Multiply(part, factors[channel], part));
        if (LimitsWeights) WeightClipping.Apply(weights.Floats);

        var input = inputs.Optional(StateInput) is { } state ? Input!.At(state).Parameters : null;
        var parameters = Pact2Weights.Parameters(weights, Options.WeightBits, Options.PowerOfTwoWeights, ScalesChannels ? Axis : null);
        if (input is not null && Options.BiasConstraint == BiasConstraint.ReduceWeightScale)
        {
            var min = Pact2Bias.MinWeightScale(bias, Options.WeightBits, Options.PowerOfTwoWeights, input);
            parameters = parameters with { Scales = [.. parameters.Scales.Select(scale => Math.Max(scale, min))] };
        }
        LinearQuantizer.FakeQuantize(weights.Floats, outputs[0].Floats, weights.Shape, parameters);
        Pact2Bias.Round(bias, Options.WeightBits, Options.PowerOfTwoWeights, Options.BiasConstraint, input, parameters.Scales.AsSpan());
        bias.CopyTo(outputs[1].Floats);
        outputs[0].CopyTo(outputs[2]);
        ForEachChannel(outputs[2],
            (part, channel) =>
                TensorPrimitives.Divide(part, MathF.CopySign(MathF.Max(MathF.Abs(factors[channel]), Epsilon), factors[channel]), part));
    }

    void ForEachChannel(Tensor weights, ChannelAction act)
    {
        var layout = ChannelLayout.Of(weights.Shape, Axis);
        for (var place = 0; place < layout.Outer * layout.Channels; place++)
            act(weights.Floats.Slice(place * layout.Inner, layout.Inner), place % layout.Channels);
    }

    delegate void ChannelAction(Span<float> elements, int channel);
}

/// <summary>
/// A layer whose way back to its input goes through other weights than its way forward: those that TI's code stores while the first batch
/// is on its way. Inputs: those of the layer, and the other weights.
/// </summary>
/// <param name="Inner">The layer.</param>
/// <param name="Operands">How many inputs the layer has.</param>
sealed record Pact2FirstLayer(Operator Inner, int Operands) : Operator
{
    public override string OpType => Inner.OpType;

    public override WeightFacts? Weights => Inner.Weights;

    internal override GradientFacts Gradient => Inner.Gradient! with { Inputs = Operands };

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) => Inner.Infer(inputs[..Operands]);

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => Inner.Run(inputs[..Operands], outputs);

    private protected override void Backward<T>(in BackwardPass pass)
    {
        Tensor[] operands = [.. pass.Inputs[..Operands]];
        operands[Inner.Weights!.WeightInput] = pass.Inputs[Operands];
        Inner.Backward(new(pass.InputInfos[..Operands], operands, pass.Outputs, pass.Upstream, pass.Gradients[..Operands]));
    }
}
