using Octet.Calibration;
using Octet.Graphs;
using Octet.Numerics;
using Octet.Planning;
using Octet.Running;
using Octet.Tensors;

namespace Octet.Steps;

/// <summary>One operator taken out of a plan, with rounded weights and with the activation that the device joins to it, ready to run on inputs that were recorded.</summary>
sealed class LayerAlone
{
    readonly Session _session;
    readonly Dictionary<Value, string> _nameOf = [];

    LayerAlone(QuantizationPlan plan, Node node, Value output)
    {
        var graph = new Graph { Name = node.Label, Opsets = new(plan.Graph.Opsets) };
        var copies = new Dictionary<Value, Value>();
        Copy(node);
        if (output.Producer is { } joined && joined != node) Copy(joined);
        graph.AddOutput(copies[output]);
        ShapeInference.Annotate(graph);
        _session = new(graph);
        Output = output;

        void Copy(Node original)
        {
            var inputs = original.Inputs.Select(input => input is null ? null : copies.GetValueOrDefault(input) ?? (copies[input] = Source(original, input))).ToArray();
            foreach (var made in original.Outputs.OfType<Value>()) copies[made] = graph.NewValue(made.Name);
            graph.Add(original.Operator, inputs, original.Outputs.Select(made => made is null ? null : copies[made]), original.Attributes, original.Name, original.Domain);
        }

        Value Source(Node reader, Value input)
        {
            if (input.Constant is { } constant) return graph.AddConstant(input.Name, Rounded(plan, reader, input, constant));
            _nameOf[input] = input.Name;
            return graph.AddInput(input.Name, input.Type, input.Shape);
        }
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

    static Tensor Rounded(QuantizationPlan plan, Node node, Value weight, Tensor elements)
    {
        if (plan.Weights.FirstOrDefault(place => place.Node == node && place.Weight == weight) is not { } place) return elements;
        var parameters = WeightQuantizer.Parameters(elements, place.Spec with { PerChannel = place.Axis is not null }, place.Axis ?? 0, method: place.Method);
        return LinearQuantizer.FakeQuantize(elements, parameters);
    }
}
