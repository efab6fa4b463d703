using Octet.Data;
using Octet.Graphs;
using Octet.Planning;
using Octet.Tensors;

namespace Octet.Reporting;

/// <summary>How much of a model's work runs in integers.</summary>
/// <param name="IntegerMacs">Multiplications, each with its addition, that the plan has in integers, for one sample.</param>
/// <param name="Macs">All of them; layers inside of other nodes, which stay in floats, are not among them.</param>
/// <param name="FloatLayers">The layers that stay in floats, those with most work first, each with its reason.</param>
public sealed record IntegerWork(long IntegerMacs, long Macs, IReadOnlyList<string> FloatLayers)
{
    const int ListedLayers = 5;

    /// <summary>Elements that go from floats to integers or back between operators, and at the model's inputs and outputs, for one
    /// sample.</summary>
    public long Converted { get; init; }

    /// <summary>0 to 1.</summary>
    public double Share => Macs == 0 ? FloatLayers.Count > 0 ? 0 : 1 : (double)IntegerMacs / Macs;

    /// <param name="plan">What becomes integers.</param>
    /// <param name="sample">Says the sizes that the model leaves open; null where there is none.</param>
    /// <returns>Null where the sizes are open.</returns>
    internal static IntegerWork? Of(QuantizationPlan plan, Sample? sample)
    {
        var graph = plan.Graph;
        if (sample is null
                && graph.Inputs.Any(
                    input => input.Shape is null || input.Shape.Dimensions.Skip(1).Any(dimension => dimension.Extent is null))) return null;

        var infos = ShapeInference.InferAsFarAsPossible(graph, graph.Inputs.Select(input => (input, InfoOf(input, sample))));
        var (integers, floats) = (plan.Groups.SelectMany(group => group.Values).ToHashSet(), plan.FloatNodes.ToHashSet());
        var dynamic = plan.DynamicValues;
        var weights = plan.Weights.Select(weight => weight.Node).ToHashSet();
        var (done, all, layers) = (0L, 0L, new List<(string Text, long Macs)>());
        foreach (var node in graph.Nodes)
        {
            if (node.CountLayersInside() is > 0 and var inside)
                layers.Add(($"{inside} layer(s) in the graphs inside {node.OpType} '{node.Label}'", long.MaxValue));
            var macs = node.Operator.MacsOf([.. node.Inputs.Select(Info)], [.. node.Outputs.Select(Info)]) ?? 0;
            all += macs;
            if (macs == 0) continue;
            if (Reason(node) is { } reason) layers.Add(($"{node.OpType} '{node.Label}' ({reason})", macs));
            else done += macs;
        }
        return new(done, all, [.. layers.OrderByDescending(layer => layer.Macs).Take(ListedLayers).Select(layer => layer.Text)])
        {
            Converted = integers.Sum(ConvertedOf) + dynamic.Sum(LengthOf)
                + plan.Weights.Where(plan.IsDynamic).Sum(weight => LengthOf(weight.Node.Output)),
        };

        long ConvertedOf(Value value)
        {
            if (value.Constant is not null || Info(value).Shape is not { IsKnown: true } shape) return 0;
            var (enters, leaves) =
                (value.Producer is null || floats.Contains(value.Producer), value.IsGraphOutput || value.Consumers.Any(floats.Contains));
            return (enters ? shape.Length : 0) + (leaves ? shape.Length : 0);
        }

        long LengthOf(Value value) => Info(value).Shape is { IsKnown: true } shape ? shape.Length : 0;

        TensorInfo Info(Value? value) =>
            value is not null && infos.TryGetValue(value, out var info) ? info : new(DataType.Undefined, Shape.Unknown);

        string? Reason(Node node)
        {
            if (dynamic.Count > 0) return weights.Contains(node) ? null : "no product with a constant matrix, or excluded";
            if (plan.Target.RuleOf(node.OpType) is null) return $"target {plan.Target.Name} has no integers for it";
            if (plan.Target.RuleOf(node) is { MultipliesFloats: true }) return $"target {plan.Target.Name} multiplies it in floats";
            if (plan.Target.RuleOf(node) is null) return "its weights are made during the run";
            if (floats.Contains(node)) return "left in floats by the recipe or an exclusion, or part of a normalization";
            if (weights.Contains(node) && plan.Target.RuleOf(node) is { GivesFloats: false, RoundsInputsOnly: false }
                    && !plan.MakesIntegers(node))
                return $"its output '{node.Output.Name}' stays in floats";
            var operands = weights.Contains(node) ? node.Inputs.Take(1) : node.Inputs.Take(2);
            if (operands.OfType<Value>().FirstOrDefault(input => !integers.Contains(input)) is not { } real) return null;
            return real.Type switch
            {
                DataType.Float32 => $"its input '{real.Name}' stays in floats",
                DataType.Undefined =>
                    $"the type of its input '{real.Name}' is not known; shapes for the inputs of the model may make it known",
                var type => $"its input '{real.Name}' is {type.DisplayName}",
            };
        }
    }

    static TensorInfo InfoOf(Value input, Sample? sample) => new(
        input.Type, sample is not null && sample.Inputs.TryGetValue(input.Name, out var tensor) ? tensor.Shape : input.Shape is { } shape
        ? shape.Fill((_, _) => 1) : Shape.Unknown);
}
