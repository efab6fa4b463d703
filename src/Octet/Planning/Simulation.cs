using Octet.Graphs;
using Octet.Numerics;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Planning;

/// <summary>Puts <see cref="FakeQuantize"/> nodes into a copy of a quantized model's graph.</summary>
static class Simulation
{
    /// <summary>The name of the node that rounds a value.</summary>
    public static string QuantizerOf(string value) => $"{value}_quantizer";

    public static Graph Of(QuantizedModel model)
    {
        var graph = model.Plan.Graph.Clone(out var copies);

        var rounded = new Dictionary<(Value, int?), Value>();
        foreach (var weight in model.Plan.Weights.Where(weight => weight.Blocks is null && !model.Plan.IsDynamic(weight)))
        {
            var key = (weight.Weight, weight.Axis);
            if (!rounded.TryGetValue(key, out var output))
                rounded[key] = output = Round(graph, copies[weight.Weight], model.WeightOf(weight), copies[weight.Node]);
            copies[weight.Node].SetInput(weight.Node.Operator.Weights!.WeightInput, output);
        }
        foreach (var bias in model.Plan.Biases)
        {
            if (model.BiasOf(bias) is not { } parameters) continue;
            var node = copies[bias.Node];
            node.SetInput(bias.Input, Round(graph, node.Inputs[bias.Input]!, parameters, node));
        }
        foreach (var value in model.Plan.Groups.SelectMany(group => group.Values))
        {
            Rewiring.InsertBehind(
                copies[value], new FakeQuantize(model.ActivationOf(value)!), QuantizerOf(value.Name), ("float", "dequantized"),
                domain: FakeQuantize.DomainName);
        }
        new DynamicProducts(model, copies).Write();
        new BlockedProducts(model, copies).Write();
        GraphCheck.Check(graph);
        return graph;
    }

    /// <summary>What a layer multiplies when it alone is rounded: other readers of the same values get what they got.</summary>
    /// <param name="layer">In a graph that may be changed.</param>
    /// <param name="data">The integers of its data; null leaves them as they are.</param>
    /// <param name="weights">In place of its weights.</param>
    /// <returns>Its inputs.</returns>
    public static Value?[] OperandsOf(Node layer, QuantizationParameters? data, Tensor weights)
    {
        var (graph, inputs, name) = (layer.Graph, layer.Inputs.ToArray(), layer.Output.Name);
        if (data is not null)
            inputs[0] = graph.Add(
                new FakeQuantize(data), [inputs[0]], graph.UniqueName($"{name}_input"), domain: FakeQuantize.DomainName, before: layer);
        inputs[layer.Operator.Weights!.WeightInput] = graph.AddConstant(graph.UniqueName($"{name}_weights"), weights);
        return inputs;
    }

    static Value Round(Graph graph, Value value, QuantizationParameters parameters, Node before) =>
        graph.Add(new FakeQuantize(parameters), [value], $"{value.Name}_dequantized", name: QuantizerOf(value.Name),
            domain: FakeQuantize.DomainName, before: before);
}
