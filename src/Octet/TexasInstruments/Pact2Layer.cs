using System.Collections.Immutable;
using Octet.Graphs;
using Octet.Numerics;
using Octet.Planning;
using Octet.Tensors;

namespace Octet.TexasInstruments;

/// <summary>A layer with weights while it is calibrated: its weights as they are stored and as they are rounded, and its bias.</summary>
sealed class Pact2Layer
{
    readonly QuantModuleOptions _options;
    QuantizationParameters _ofRange;
    ImmutableArray<float> _scales = [];

    public Pact2Layer(Node node, QuantModuleOptions options)
    {
        Node = node;
        _options = options;
        var facts = node.Operator.Weights!;
        Weights = node.Inputs[facts.WeightInput]!.Constant!;
        Bias = FloatBias(node)?.ToArray();
        ChannelAxis = IsDepthwise(node, Weights) && options.PerChannelDepthwise
            ? Weights.Shape.NormalizeAxis(facts.OutputChannelAxis) : null;
        _ofRange = Parameters = Choose();
        Rounded = Weights;
    }

    public Node Node { get; }

    /// <summary>The weights that the float path multiplies with: those of the model, and on their grid once <see cref="PutOnGrid"/> was
    /// called.</summary>
    public Tensor Weights { get; private set; }

    /// <summary>The weights after rounding to integers.</summary>
    public Tensor Rounded { get; private set; }

    /// <summary>The integers of the weights.</summary>
    public QuantizationParameters Parameters { get; private set; }

    /// <summary>The axis along which weights have scales of their own; null with one scale.</summary>
    public int? ChannelAxis { get; }

    /// <summary>One for each output channel, not rounded; null for a layer without a bias of that form.</summary>
    public float[]? Bias { get; }

    /// <summary>Whether something else is added to what the layer makes, which calibration leaves as it is.</summary>
    public bool HasOtherBias => Bias is null && Node.Operator.Weights!.BiasInput is { } input && Node.InputOrNull(input) is not null;

    /// <summary>The bias of a layer, if it is constant and has an element for each output channel.</summary>
    public static float[]? FloatBias(Node node) =>
        node.Operator.Weights!.BiasInput is { } index && node.InputOrNull(index)?.Constant is { Type: DataType.Float32, Shape.Rank: 1 } bias
        && node.Operator.Weights.BiasFactor == 1 && node.Output.Shape is { Rank: >= 2 } shape
        && (shape.Dimensions[1].Extent ?? bias.Length) == bias.Length
            ? bias.Floats.ToArray() : null;

    /// <summary>Limits the weights if they are to be, and rounds them for good; later batches work with what is left.</summary>
    /// <param name="input">The integers of the layer's input; null if it has none.</param>
    public void PutOnGrid(QuantizationParameters? input)
    {
        if (_options.WeightClipping && WeightClipping.Limit(Weights.Floats) is not null)
        {
            Weights = Weights.Clone();
            WeightClipping.Apply(Weights.Floats);
            _ofRange = Choose();
        }
        Parameters = ParametersFor(input);
        _scales = Parameters.Scales;
        Weights = Rounded = LinearQuantizer.FakeQuantize(Weights, Parameters);
        // With powers of two the range stays what it was; else the greatest weight, now a step lower, is the range of later batches.
        if (!_options.PowerOfTwoWeights) _ofRange = Choose();
    }

    /// <summary>Rounds the weights, by scales that may depend on the bias.</summary>
    /// <param name="input">The integers of the layer's input; null if it has none.</param>
    public void RoundWeights(QuantizationParameters? input)
    {
        var parameters = ParametersFor(input);
        if (parameters.Scales.AsSpan().SequenceEqual(_scales.AsSpan())) return;
        (Parameters, _scales) = (parameters, parameters.Scales);
        var rounded = LinearQuantizer.FakeQuantize(Weights, parameters);
        Rounded = rounded.Floats.SequenceEqual(Weights.Floats) ? Weights : rounded;
    }

    /// <summary>The bias after rounding to the integers of the device; null for a layer without one.</summary>
    public float[]? RoundBias(QuantizationParameters? input)
    {
        var rounded = Bias?.ToArray();
        if (rounded is not null)
            Pact2Bias.Round(rounded, _options.WeightBits, _options.PowerOfTwoWeights, _options.BiasConstraint, input,
                Parameters.Scales.AsSpan());
        return rounded;
    }

    QuantizationParameters ParametersFor(QuantizationParameters? input)
    {
        if (Bias is null || input is null) return _ofRange;
        var min = _options.BiasConstraint == BiasConstraint.ReduceWeightScale
            ? Pact2Bias.MinWeightScale(Bias, _options.WeightBits, _options.PowerOfTwoWeights, input) : 0;
        // Whatever the device demands, sums and so biases have 32 bits, which 16-bit operands come near to.
        return _ofRange with
        {
            Scales =
            [.. _ofRange.Scales.Select(
                (scale, channel) =>
                    Pact2Bias.FitScale(Math.Max(scale, min), input, _ofRange.Scales.Length == 1 ? Bias : Bias.AsSpan(channel, 1),
                        _options.PowerOfTwoWeights))]
        };
    }

    QuantizationParameters Choose() => Pact2Weights.Parameters(Weights, _options.WeightBits, _options.PowerOfTwoWeights, ChannelAxis);

    /// <summary>TI's test: convolutions that see one channel.</summary>
    static bool IsDepthwise(Node node, Tensor weights) =>
        node.Operator.Weights is { IsConvolution: true, Scatters: false } && weights.Shape.Rank == 4 && weights.Shape[1] == 1;
}
