using Octet.Graphs;
using Octet.Planning;

namespace Octet.Checking;

/// <summary>Convolutions without a batch normalization: nothing keeps their channels in one range, and training for integers has nothing to
/// adjust.</summary>
sealed class MissingNormalization : Guideline
{
    public override string Name => "missing-normalization";

    public override string Title => "convolutions without batch normalization";

    public override string Advice(Recipe recipe) =>
        "Train with a batch normalization behind every convolution but the last, depthwise ones above all. If they were there and the "
        + "exporter folded them, all is well.";

    public override IEnumerable<Finding> Find(CheckedModel model)
    {
        var convolutions = model.Unfolded.Nodes.Where(node => node is { IsLayer: true, Operator.Weights.IsConvolution: true }).ToArray();
        var without = convolutions.Where(node => !IsNormalized(node) && node.IsFollowedByLayer()).ToArray();
        if (convolutions.Length > 1 && !convolutions.Any(IsNormalized))
        {
            yield return new(Severity.Note, "model", model.Unfolded.Name.Length > 0 ? model.Unfolded.Name : "graph",
                $"none of its {convolutions.Length} convolutions has one; most likely the exporter has folded them", 0);
            yield break;
        }
        foreach (var node in without)
        {
            var isDepthwise = node.Operator.Weights!.IsDepthwise(node.LayerWeight!.Constant!.Shape);
            yield return new(isDepthwise ? Severity.Warning : Severity.Note, isDepthwise ? "depthwise" : node.OpType, node.Label,
                "no batch normalization behind it", isDepthwise ? 1 : 0);
        }
    }

    static bool IsNormalized(Node node) => node.Output.Consumers is [{ Operator.IsNormalization: true }];
}
