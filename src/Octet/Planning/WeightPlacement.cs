using Octet.Graphs;
using Octet.Numerics;
using Octet.Passes;
using Octet.Tensors;

namespace Octet.Planning;

/// <summary>Only the constant matrices of products become integers; what they multiply, and all else, stays in floats.</summary>
/// <param name="Blocks">How matrices of 4 bits are divided; null takes the recipe's integers, with a scale for each output.</param>
sealed record WeightPlacement(BlockSpec? Blocks) : QuantizerPlacement
{
    internal override QuantizationPlan Plan(Graph graph, Recipe recipe)
    {
        var configs = new NodeConfigs(graph, recipe);
        var constantParts = ConstantParts.Of(graph).ToHashSet();
        var (weights, nodes) = (new List<PlannedWeight>(), new HashSet<Node>());
        foreach (var node in graph.Nodes)
        {
            if (configs[node] is not { } config || constantParts.Contains(node) || !IsProduct(node)) continue;
            var facts = node.Operator.Weights!;
            var weight = node.Inputs[facts.WeightInput]!;
            var axis = weight.Constant!.Shape.NormalizeAxis(facts.OutputChannelAxis);
            var shared = weights.Find(other => other.Weight == weight);
            // A matrix that another node reads turned would need blocks along its other axis.
            if (shared is not null && shared.Axis != axis) continue;
            weights.Add(new(node, weight, shared?.Spec ?? config.Weights, axis) { Method = config.WeightMethod, Blocks = Blocks });
            nodes.Add(node);
        }
        return new(graph, recipe, [], weights, []) { FloatNodes = [.. graph.Nodes.Where(node => !nodes.Contains(node))] };
    }

    internal override PlanException NothingToQuantize(Model model, Recipe recipe) => PlanException.NoProducts(model, recipe);

    static bool IsProduct(Node node) =>
        node is { Operator: { IsPlainProduct: true, Weights: { } facts } }
        && node.Inputs[0] is { Constant: null, Type: DataType.Float32, Shape: null or { Rank: > 1 } }
        && node.InputOrNull(facts.WeightInput)?.Constant is { Type: DataType.Float32, Shape.Rank: 2, Length: > 0 };
}
