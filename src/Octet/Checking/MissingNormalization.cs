using Octet.Graphs;
using Octet.Operators;
using Octet.Planning;

namespace Octet.Checking;

/// <summary>Convolutions without a batch normalization: nothing keeps their channels in one range, and training for integers has nothing to adjust.</summary>
sealed class MissingNormalization : Guideline
{
    public override string Name => "missing-normalization";

    public override string Title => "convolutions without batch normalization";

    public override string Advice(Recipe recipe) => "Train with a batch normalization behind every convolution but the last, depthwise ones above all. If they were there and the exporter folded them, all is well.";

    public override IEnumerable<Finding> Find(CheckedModel model)
    {
        var convolutions = model.Unfolded.Nodes.Where(node => node.Operator is Conv or ConvTranspose && Pact2Placement.IsLayer(node)).ToArray();
        var without = convolutions.Where(node => !IsNormalized(node) && !IsLast(node)).ToArray();
        if (convolutions.Length > 1 && !convolutions.Any(IsNormalized))
        {
            yield return new(Severity.Note, "model", model.Unfolded.Name.Length > 0 ? model.Unfolded.Name : "graph", $"none of its {convolutions.Length} convolutions has one; most likely the exporter has folded them", 0);
            yield break;
        }
        foreach (var node in without)
        {
            var isDepthwise = node.Operator is Conv { Groups: > 1 } && node.Inputs[1]!.Constant!.Shape is { Rank: > 1 } shape && shape[1] == 1;
            yield return new(isDepthwise ? Severity.Warning : Severity.Note, isDepthwise ? "depthwise" : node.OpType, node.Label, "no batch normalization behind it", isDepthwise ? 1 : 0);
        }
    }

    static bool IsNormalized(Node node) => node.Output.Consumers is [{ OpType: "BatchNormalization" or "InstanceNormalization" or "GroupNormalization" or "LayerNormalization" }];

    /// <summary>Whether no other layer follows: what a network answers is not normalized.</summary>
    static bool IsLast(Node node)
    {
        var (seen, open) = (new HashSet<Node>(), new Stack<Node>([node]));
        while (open.TryPop(out var next))
        {
            foreach (var reader in next.Outputs.OfType<Value>().SelectMany(value => value.Consumers).Where(seen.Add))
            {
                if (Pact2Placement.IsLayer(reader)) return false;
                open.Push(reader);
            }
        }
        return true;
    }
}
