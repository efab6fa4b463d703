using Octet.Calibration.Methods;
using Octet.Graphs;
using Octet.Numerics;
using Octet.Passes;
using Octet.Tensors;

namespace Octet.Planning;

/// <summary>
/// Only products with a constant matrix compute in integers, and what they multiply gets its scale and zero point in each run; all else
/// stays in floats. Nothing has to be measured beforehand.
/// </summary>
/// <remarks>Source: ONNX Runtime's quantize_dynamic, which places DynamicQuantizeLinear and MatMulInteger so.</remarks>
sealed record DynamicPlacement : QuantizerPlacement
{
    /// <summary>The greatest depth at which no sum of uint8 times int8 can leave int32.</summary>
    const int MaxDepth = int.MaxValue / (byte.MaxValue * -sbyte.MinValue);

    internal override QuantizationPlan Plan(Graph graph, Recipe recipe)
    {
        var configs = new NodeConfigs(graph, recipe);
        var constantParts = ConstantParts.Of(graph).ToHashSet();
        var nodes = graph.Nodes.Where(node => configs[node] is not null && !constantParts.Contains(node) && IsProduct(node)).ToArray();
        PlanException.ThrowIfNotDynamic(recipe, nodes.Select(node => configs[node]!).Append(recipe.Config));

        var weights = new List<PlannedWeight>();
        foreach (var node in nodes)
        {
            var facts = node.Operator.Weights!;
            var weight = node.Inputs[facts.WeightInput]!;
            // Where nodes share a weight, it is stored as its first node wants it.
            var (spec, method) = weights.Find(other => other.Weight == weight) is { } shared
                ? (shared.Spec, shared.Method) : (configs[node]!.Weights, configs[node]!.WeightMethod);
            var axis = spec.PerChannel ? weight.Constant!.Shape.NormalizeAxis(facts.OutputChannelAxis) : (int?)null;
            weights.Add(new(node, weight, spec, axis) { Method = method.For(spec, 0, 1) });
        }
        return new(graph, recipe, [], weights, [])
        {
            DynamicValues = [.. nodes.Select(node => node.Inputs[0]!).Distinct()],
            FloatNodes = [.. graph.Nodes.Except(nodes)],
        };
    }

    internal override PlanException NothingToQuantize(Model model, Recipe recipe) => PlanException.NoProducts(model, recipe);

    static bool IsProduct(Node node) =>
        node is { Operator: { IsPlainProduct: true, Weights: { } facts } }
        && node.Inputs[0] is { Constant: null, Type: DataType.Float32 }
        && node.InputOrNull(facts.WeightInput)?.Constant is { Type: DataType.Float32, Shape.Rank: 2, Length: > 0 } weight
        && weight.Shape.NormalizeAxis(facts.InputChannelAxis) is var axis && weight.Shape[axis] <= MaxDepth;
}
