using Octet.Graphs;
using Octet.Numerics;
using Octet.Operators;

namespace Octet.Planning;

/// <summary>Puts <see cref="FakeQuantize"/> nodes into a copy of a quantized model's graph.</summary>
static class Simulation
{
    public static Graph Of(QuantizedModel model)
    {
        var graph = model.Plan.Graph.Clone(out var copies);
        var nodes = model.Plan.Graph.Nodes.Zip(graph.Nodes).ToDictionary(pair => pair.First, pair => pair.Second);

        var rounded = new Dictionary<(Value, int?), Value>();
        foreach (var weight in model.Plan.Weights)
        {
            var key = (weight.Weight, weight.Axis);
            if (!rounded.TryGetValue(key, out var output)) rounded[key] = output = Round(graph, copies[weight.Weight], model.WeightOf(weight), nodes[weight.Node]);
            nodes[weight.Node].SetInput(weight.Node.Operator.Weights!.WeightInput, output);
        }
        foreach (var bias in model.Plan.Biases)
        {
            if (model.BiasOf(bias) is not { } parameters) continue;
            var node = nodes[bias.Node];
            node.SetInput(bias.Input, Round(graph, node.Inputs[bias.Input]!, parameters, node));
        }
        foreach (var value in model.Plan.Groups.SelectMany(group => group.Values))
        {
            Rewiring.InsertBehind(
                copies[value], new FakeQuantize(model.ActivationOf(value)!), $"{value.Name}_quantizer", ("float", "dequantized"), domain: FakeQuantize.DomainName);
        }
        GraphCheck.Check(graph);
        return graph;
    }

    static Value Round(Graph graph, Value value, QuantizationParameters parameters, Node before)
    {
        var output = NewLike(graph, value, graph.UniqueName($"{value.Name}_dequantized"));
        graph.Add(new FakeQuantize(parameters), [value], [output], name: graph.UniqueNodeName($"{value.Name}_quantizer"), domain: FakeQuantize.DomainName, before: before);
        return output;
    }

    static Value NewLike(Graph graph, Value value, string name)
    {
        var copy = graph.NewValue(name);
        copy.Type = value.Type;
        copy.Shape = value.Shape;
        return copy;
    }
}
