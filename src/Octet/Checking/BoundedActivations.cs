using System.Globalization;
using Octet.Graphs;
using Octet.Numerics;
using Octet.Planning;

namespace Octet.Checking;

/// <summary>Activations such as ReLU6 whose bound is no power of two: the range goes on to the next one, and the integers beyond the bound
/// are never used.</summary>
sealed class BoundedActivations : Guideline
{
    public override string Name => "bounds";

    public override string Title => "activations bounded like ReLU6";

    public override string Advice(Recipe recipe) =>
        "Train with ReLU, whose range then follows the data, or with a bound that is a power of two (4 or 8). It costs a part of a bit; "
        + "rarely a reason to train anew.";

    public override IEnumerable<Finding> Find(CheckedModel model)
    {
        if (!model.Recipe.Config.Activations.PowerOfTwo) return [];
        return from node in model.Graph.Nodes
               where node.Limits is { Low: >= 0, High: > 0, HasHigh: true } limits && !PowerOfTwo.Is(limits.High)
               group node by node.Limits!.Value.High into nodes
               select Describe(model, nodes.Key, [.. nodes]);
    }

    static Finding Describe(CheckedModel model, float bound, Node[] nodes)
    {
        var range = PowerOfTwo.Ceiling(bound);
        var reaching = model.Measured is { } measured
            ? nodes.Count(
                node => measured[node.Output] is { Range.IsNothing: false } seen
                    && PowerOfTwo.Ceiling(Math.Max(seen.Range.High, float.Epsilon)) == range) : nodes.Length;
        return new(Severity.Note, nodes[0].OpType, nodes[0].Label, string.Create(
            CultureInfo.InvariantCulture,
            $"{(nodes.Length == 1 ? "ends" : $"this and {nodes.Length - 1} more end")} "
            + $"at {bound:G3}{(reaching < nodes.Length ? $", which {reaching} of them come near" : "")}: the "
            + $"last {100 * (1 - bound / range):F0} % of a range up to {range:G3} are never used"), nodes.Length);
    }
}
