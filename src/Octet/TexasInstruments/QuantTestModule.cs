using Octet.Graphs;
using Octet.Numerics;
using Octet.Planning;
using Octet.Running;
using Octet.Tensors;
using Octet.TexasInstruments;

namespace Octet.TexasInstruments;

/// <summary>
/// Runs a calibrated or trained model of floats as its integers will, as TI's QuantTestModule does: the ranges are those of the
/// <see cref="Operators.Pact2"/> or Clip nodes in it, weights and biases are rounded by what follows from them. Never changes anything.
/// </summary>
public sealed class QuantTestModule
{
    readonly Session _session;

    /// <param name="module">What <see cref="QuantCalibrateModule.Module"/> gave, or a file in which Clips say the ranges, prepared.</param>
    /// <param name="options">The bits, and what else the model was calibrated with.</param>
    /// <exception cref="PlanException">There are no ranges in the model.</exception>
    public QuantTestModule(Model module, QuantModuleOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(module);
        options ??= new();
        var graph = module.Graph.Clone();
        var activations = Places(graph)
            .Select(place =>
                new Pact2Activation(place, options) { Range = Pact2Range.Fixed(place.Bounds!.Value, options.PowerOfTwoActivations) })
                .ToArray();
        if (activations.Length == 0) throw PlanException.NoRanges(module.Source);

        var layers = graph.Layers().Select(node => new Pact2Layer(node, options)).ToArray();
        Quantized = Pact2Model.Quantized(module.With(graph), options, layers, activations);
        Ranges = activations.ToDictionary(activation => activation.Place.Value.Name, activation => activation.Used);
        _session = new(Quantized.Simulate(), modelName: module.Source);
    }

    /// <summary>The model with its integers.</summary>
    public QuantizedModel Quantized { get; }

    /// <summary>The range of each value between operators, as the limits of the nodes in the model say it.</summary>
    public IReadOnlyDictionary<string, ValueRange> Ranges { get; }

    /// <summary>What the quantized model gives, by name.</summary>
    public IReadOnlyDictionary<string, Tensor> Forward(IReadOnlyDictionary<string, Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return _session.Run(inputs);
    }

    /// <summary>The outputs of all nodes with limits on both sides.</summary>
    static IEnumerable<Pact2Place> Places(Graph graph) =>
        from node in graph.Nodes
        where node.Limits is { HasLow: true, HasHigh: true }
        select new Pact2Place(node.Output, node.Inputs[0]!, Bounds: node.Limits);
}
