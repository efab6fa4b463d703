using Octet.Calibration;
using Octet.Graphs;
using Octet.Kernels;
using Octet.Numerics;
using Octet.Planning;
using Octet.Tensors;
using Octet.TexasInstruments;

namespace Octet.Checking;

/// <summary>A layer's weights, what their channels reach, and what rounding them to integers leaves.</summary>
sealed class LayerWeights
{
    /// <exception cref="CalibrationException">A weight is not finite.</exception>
    public LayerWeights(Node node, Recipe recipe)
    {
        Node = node;
        var facts = node.Operator.Weights!;
        Elements = node.Inputs[facts.WeightInput]!.Constant!;
        var axis = Elements.Shape.NormalizeAxis(facts.OutputChannelAxis);
        var layout = ChannelLayout.Of(Elements.Shape, axis);
        Channels = MinMax.OfChannels(Elements.Floats, layout);

        IsDepthwise = facts.IsDepthwise(Elements.Shape);
        HasScaleForEachChannel = TiRecipe.SettingsOf(recipe) is { } settings
            ? settings.PerChannelDepthwise && IsDepthwise : recipe.Config.Weights.PerChannel;
        ScaleAxis = HasScaleForEachChannel ? axis : null;
        try
        {
            Parameters = WeightQuantizer.Parameters(Elements, recipe.Config.Weights with { PerChannel = HasScaleForEachChannel }, axis);
        }
        catch (CalibrationException problem)
        {
            throw problem.At(node.Inputs[facts.WeightInput]!.Name);
        }
        Rounded = LinearQuantizer.FakeQuantize(Elements, Parameters);
    }

    public Node Node { get; }

    /// <summary>As they will run: normalizations are folded.</summary>
    public Tensor Elements { get; }

    /// <summary>The same after rounding to integers, by the recipe that is checked.</summary>
    public Tensor Rounded { get; }

    /// <summary>The integers.</summary>
    public QuantizationParameters Parameters { get; }

    /// <summary>The range of each output channel (of each group, for transposed convolutions).</summary>
    public ValueRange[] Channels { get; }

    public bool IsDepthwise { get; }

    public bool HasScaleForEachChannel { get; }

    /// <summary>The axis along which scales lie; null with one scale.</summary>
    public int? ScaleAxis { get; }

    /// <summary>For people: <c>depthwise Conv</c>.</summary>
    public string Kind => IsDepthwise ? "depthwise" : Node.OpType;
}
