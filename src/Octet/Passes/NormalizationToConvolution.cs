using Octet.Graphs;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Passes;

/// <summary>Turns batch normalizations that could not be folded into the layer before them into convolutions of single channels and single
/// pixels, which runtimes compute in integers.</summary>
/// <remarks>
/// For each channel, with <c>k = gamma / sqrt(variance + epsilon)</c>: the weight is k, the bias <c>beta − mean · k</c>. With a scale for
/// each channel the weights lose nothing, since each channel has one; with one scale for all they would, so such recipes keep the
/// normalization. Networks that normalize before they activate and convolve have them (He et al. 2016, arXiv:1603.05027; DenseNet).
/// </remarks>
/// <param name="applies">Whether a normalization is to become a convolution.</param>
sealed class NormalizationToConvolution(Func<Node, bool> applies) : IGraphPass
{
    public string Name => "normalization-to-convolution";

    /// <summary>Whether a node is a normalization of images, or of signals, by constants.</summary>
    public static bool CanApply(Node node) =>
        node.Operator is BatchNormalization
        && node.Inputs[0] is { Constant: null, Shape.Rank: >= 3 and <= 2 + MaxSpatialRank }
        && node.Outputs.Skip(1).All(statistic => statistic is null)
        && node.Inputs.Skip(1).All(parameter => parameter?.Constant is { Type: DataType.Float32, Length: > 0 });

    const int MaxSpatialRank = 3;

    public int Apply(Graph graph)
    {
        var changed = 0;
        foreach (var node in graph.Find<BatchNormalization>())
        {
            if (!CanApply(node) || !applies(node)) continue;
            var (weight, bias) = Factors(node);
            var channels = weight.Length;
            var shape = new Shape([channels, .. Enumerable.Repeat(1, node.Inputs[0]!.Shape!.Rank - 1)]);
            UpgradeOpset.Renew(node, "Conv",
                [node.Inputs[0], Add("weight", weight.Reshape(shape)), Add("bias", bias)], new() { ["group"] = (long)channels });
            changed++;

            Value Add(string role, Tensor elements) => graph.AddConstant(graph.UniqueName($"{node.Output.Name}.{role}"), elements);
        }
        return changed;
    }

    static (Tensor Weight, Tensor Bias) Factors(Node node)
    {
        Tensor[] parameters = [.. node.Inputs.Skip(1).Select(input => input!.Constant!)];
        var (weight, bias) = (new Tensor(DataType.Float32, parameters[0].Shape), new Tensor(DataType.Float32, parameters[0].Shape));
        ((BatchNormalization)node.Operator).Lines(parameters, weight.Floats, bias.Floats);
        return (weight, bias);
    }
}
