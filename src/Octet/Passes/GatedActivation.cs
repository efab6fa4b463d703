using Octet.Graphs;
using Octet.Operators;

namespace Octet.Passes;

/// <summary>
/// A layer's output that is multiplied by a function of itself, as in SiLU <c>x · sigmoid(x)</c>, HardSwish <c>x · clip(x + 3, 0, 6) /
/// 6</c> or Mish.
/// </summary>
/// <param name="Layer">The convolution that makes x.</param>
/// <param name="Gate">What computes the function, node by node; each reads the one before it, and beside it at most a single
/// number.</param>
/// <param name="Product">The multiplication of x by its gate.</param>
sealed record GatedActivation(Node Layer, IReadOnlyList<Node> Gate, Node Product)
{
    /// <summary>Longer than any activation that is written in single steps.</summary>
    const int MaxSteps = 6;

    /// <summary>Whether the gate begins with a factor for each channel, as <see cref="EqualizeGates"/> puts there.</summary>
    public bool IsEqualized =>
        Gate[0] is { Operator.Joining: Joining.Product } first && first.Inputs.Any(input => input?.Constant is { Length: > 1 });

    /// <summary>All of a graph, in its order.</summary>
    public static IEnumerable<GatedActivation> In(Graph graph) =>
        graph.Nodes.Where(node => node.Operator.Weights is { IsConvolution: true, Scatters: false }).Select(BehindLayer)
        .OfType<GatedActivation>();

    static GatedActivation? BehindLayer(Node layer)
    {
        if (layer.Output is not { Consumers: [var one, var other], IsGraphOutput: false } || one == other) return null;
        return Of(layer, one, other) ?? Of(layer, other, one);
    }

    static GatedActivation? Of(Node layer, Node first, Node product)
    {
        if (product.Operator.Joining != Joining.Product) return null;
        var gate = new List<Node>();
        for (var (step, read) = (first, layer.Output); gate.Count < MaxSteps
            && IsStep(step, read, isFirst: gate.Count == 0); (step, read) = (step.Output.Consumers[0], step.Output))
        {
            gate.Add(step);
            if (step.Output is not { Consumers.Count: 1, IsGraphOutput: false }) return null;
            if (step.Output.Consumers[0] == product) return new(layer, gate, product);
        }
        return null;
    }

    static bool IsStep(Node node, Value read, bool isFirst) => node.Operator.IsElementwise && node.Inputs.All(input =>
        input is null || input == read
            || (input.Constant is { } constant && (constant.Length == 1 || (isFirst && node.Operator.Joining == Joining.Product))));
}
