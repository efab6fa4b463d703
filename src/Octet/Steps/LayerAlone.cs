using Octet.Calibration;
using Octet.Graphs;
using Octet.Numerics;
using Octet.Planning;
using Octet.Running;
using Octet.Tensors;

namespace Octet.Steps;

/// <summary>One operator taken out of a plan, with rounded weights and with the activation that the device joins to it, ready to run on
/// inputs that were recorded.</summary>
sealed class LayerAlone
{
    readonly Session _session;
    readonly Dictionary<Value, string> _nameOf = [];

    LayerAlone(QuantizationPlan plan, Node node, Value output)
    {
        var copies = GraphCopy.Alone(output.Producer is { } joined && joined != node ? [node, joined] : [node]);
        copies.Graph.AddOutput(copies[output]);
        foreach (var input in copies.Originals.Where(value => copies[value].IsGraphInput)) _nameOf[input] = input.Name;
        foreach (var place in plan.Weights.Where(place => place.Node == node)) copies[place.Weight].Constant = Rounded(place);
        _session = new(copies.Graph);
        Output = output;
    }

    /// <summary>What comes out, in the plan's graph.</summary>
    public Value Output { get; }

    /// <summary>What goes in, in the plan's graph; without constants.</summary>
    public IEnumerable<Value> Inputs => _nameOf.Keys;

    /// <summary>The layer of a node; null where the node cannot run alone, or gives no floats.</summary>
    public static LayerAlone? Of(QuantizationPlan plan, Node node)
    {
        if (node.Captures.Count > 0 || node.Subgraphs().Any() || node.Outputs is not [{ Type: DataType.Float32 } made, ..]) return null;
        return new(plan, node, plan.Recipe.Target.Joins(made) ? made.Consumers[0].Output : made);
    }

    /// <summary>Runs the layer, and lends its output to <paramref name="take"/>.</summary>
    public void Run(Func<Value, Tensor> valueOf, Action<Tensor> take) =>
        _session.Run(_nameOf.ToDictionary(input => input.Value, input => valueOf(input.Key)), watcher: null, outputs => take(outputs[0]));

    static Tensor Rounded(PlannedWeight place)
    {
        var elements = place.Weight.Constant!;
        return LinearQuantizer.FakeQuantize(elements,
            WeightQuantizer.Parameters(elements, place.Spec with { PerChannel = place.Axis is not null }, place.Axis ?? 0,
                method: place.Method));
    }
}
