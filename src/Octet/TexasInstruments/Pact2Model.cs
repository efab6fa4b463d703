using Octet.Graphs;
using Octet.Numerics;
using Octet.Operators;
using Octet.Passes;
using Octet.Planning;
using Octet.Steps;
using Octet.Tensors;

namespace Octet.TexasInstruments;

/// <summary>Models made of what calibration leaves: one in floats with PACT2 in it, and one with integers.</summary>
static class Pact2Model
{
    /// <summary>Makes a ReLU of each activation from 0 to a bound.</summary>
    public static void DropBounds(Graph graph)
    {
        foreach (var node in graph.Nodes.ToArray())
        {
            if (node.Limits is { Low: 0, HasHigh: true }) Rewiring.Replace(node, new Relu(), [node.Inputs[0]!]);
        }
        new RemoveUnused().Apply(graph);
    }

    /// <summary>The calibrated model in floats: its weights and biases, and PACT2 in the place of activations and where values between
    /// operators are cut off.</summary>
    public static Model Floats(Model model, IEnumerable<Pact2Layer> layers, IEnumerable<Pact2Activation> activations)
    {
        var copy = new LayerCopy(model.Graph);
        foreach (var layer in layers) copy.SetParameters(layer.Node, layer.Weights, layer.Bias);
        foreach (var activation in activations) Insert(copy[activation.Place.Value], activation);
        new RemoveUnused().Apply(copy.Graph);
        GraphCheck.Check(copy.Graph);
        return model.With(copy.Graph);
    }

    /// <summary>The calibrated model with weights and biases on their grids, and the integers of all of its values.</summary>
    public static QuantizedModel Quantized(Model model, QuantModuleOptions options, IEnumerable<Pact2Layer> layers,
        IEnumerable<Pact2Activation> activations)
    {
        var copy = new LayerCopy(model.Graph);
        var parametersOf = activations.ToDictionary(activation => copy[activation.Place.Value], activation => activation.Parameters);
        var (weights, biases, weightParameters) =
            (new List<PlannedWeight>(), new List<PlannedBias>(), new Dictionary<PlannedWeight, QuantizationParameters>());
        foreach (var layer in layers)
        {
            var node = copy[layer.Node];
            var input = parametersOf.GetValueOrDefault(node.Inputs[0]!);
            layer.RoundWeights(input);
            copy.SetParameters(layer.Node, layer.Rounded, layer.RoundBias(input));
            var facts = node.Operator.Weights!;
            var weight = new PlannedWeight(node, node.Inputs[facts.WeightInput]!, layer.Parameters.Spec, layer.ChannelAxis);
            weights.Add(weight);
            weightParameters[weight] = layer.Parameters;
            if (input is not null && layer.Bias is not null) biases.Add(new(node, facts.BiasInput!.Value, node.Inputs[0]!, weight.Weight));
        }
        new RemoveUnused().Apply(copy.Graph);
        var groups = parametersOf.Select(entry => new ValueGroup([entry.Key], [entry.Key], entry.Value.Spec)).ToArray();
        var plan = new QuantizationPlan(copy.Graph, TiRecipe.Of(options), groups, weights, biases);
        return new(model.With(copy.Graph), plan, group => parametersOf[group.Values[0]], weight => weightParameters[weight]);
    }

    static void Insert(Value value, Pact2Activation activation)
    {
        var pact = new Pact2(activation.Clip.Low, activation.Clip.High);
        if (value.Producer is { } producer && producer.IsLimit)
            Rewiring.Replace(producer, pact, [producer.Inputs[0]!], FakeQuantize.DomainName);
        else Rewiring.InsertBehind(value, pact, $"{value.Name}_clip", ("unclipped", "clipped"), domain: FakeQuantize.DomainName);
    }
}
