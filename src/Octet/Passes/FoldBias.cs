using Octet.Graphs;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Passes;

/// <summary>
/// Folds the addition of one constant for each output channel into the bias of the layer before it, as exporters that know no bias write
/// it, and makes a product of matrices with such an addition behind it one node.
/// </summary>
/// <remarks>In integers a bias has 32 bits and is added before the one rounding; an addition of its own rounds once more, to 8.</remarks>
sealed class FoldBias : IGraphPass
{
    /// <summary>The first opset in which Gemm adds one number to each column without being told to.</summary>
    const int FirstWithBroadcast = 7;

    public string Name => "fold-bias";

    public int Apply(Graph graph)
    {
        var folded = 0;
        foreach (var sum in graph.Find<Add>())
        {
            if (LayerOf(sum) is not var (layer, addend) || Elements(layer, addend) is not { } bias) continue;
            if (layer.Operator is MatMul) layer = UpgradeOpset.Renew(layer, "Gemm", layer.Inputs, []);
            SetBias(layer, bias);
            graph.RemoveInFavourOf(sum, heir: layer);
            folded++;
        }
        return folded;
    }

    /// <summary>The layer whose output alone the addition reads, and the constant that it adds.</summary>
    static (Node Layer, Tensor Addend)? LayerOf(Node sum)
    {
        for (var data = 0; data < 2; data++)
        {
            if (sum.Inputs[data] is { Producer: { } layer, Consumers.Count: 1, IsGraphOutput: false } && CanTake(layer)
                && sum.Inputs[1 - data]?.Constant is { Type: DataType.Float32 } addend) return (layer, addend);
        }
        return null;
    }

    static bool CanTake(Node layer) => layer.Operator switch
    {
        MatMul => layer.Graph.Opset >= FirstWithBroadcast && layer.Inputs[0]?.Shape is { Rank: 2 }
            && layer.Inputs[1] is { Constant: { Type: DataType.Float32, Shape.Rank: 2 } },
        Gemm { Beta: not 1f } => false,
        _ => layer.Operator.Weights is { BiasInput: { } index } facts
            && layer.InputOrNull(facts.WeightInput)?.Constant is { Type: DataType.Float32 }
            && layer.InputOrNull(index) is null or { Constant: { Type: DataType.Float32, Shape.Rank: 1 } },
    };

    /// <summary>The new bias; null where the constant is not one number for all, or one for each channel.</summary>
    static Tensor? Elements(Node layer, Tensor addend)
    {
        var isProduct = layer.Operator is MatMul or Gemm;
        var weight = layer.Inputs[layer.Operator.Weights!.WeightInput]!.Constant!;
        var facts = layer.Operator.Weights!;
        var axis = weight.Shape.NormalizeAxis(facts.OutputChannelAxis);
        var channels = weight.Shape[axis] * (axis == 0 ? 1 : facts.Groups);
        var rank = isProduct ? 2 : weight.Shape.Rank;
        if (addend.Shape.Rank > rank || (addend.Length != 1 && addend.Length != channels)) return null;
        if (addend.Length > 1)
        {
            // Counted from the end, channels lie behind the extents of an image, or last.
            var place = addend.Shape.Rank - (isProduct ? 1 : rank - 1);
            if (place < 0 || addend.Shape[place] != channels) return null;
        }
        var old = layer.InputOrNull(facts.BiasInput ?? 2)?.Constant;
        if (old is not null && old.Length != channels && old.Length != 1) return null;

        var bias = new Tensor(DataType.Float32, [channels]);
        for (var i = 0; i < channels; i++)
            bias.Floats[i] = (old is null ? 0 : old.Floats[old.Length == 1 ? 0 : i]) + addend.Floats[addend.Length == 1 ? 0 : i];
        return bias;
    }

    static void SetBias(Node layer, Tensor bias)
    {
        var index = layer.Operator.Weights!.BiasInput!.Value;
        var name = layer.InputOrNull(index)?.Name ?? $"{layer.Output.Name}.bias";
        layer.SetInput(index, layer.Graph.AddConstant(layer.Graph.UniqueName(name), bias));
    }
}
