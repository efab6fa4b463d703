using Octet.Graphs;
using Octet.Planning;
using Octet.Tensors;

namespace Octet.Steps;

/// <summary>A copy of a graph, in which each layer can have weights of its own.</summary>
sealed class LayerCopy
{
    readonly Dictionary<Value, Value> _values;
    readonly Dictionary<Node, Node> _nodes;

    public LayerCopy(Graph original)
    {
        Graph = original.Clone(out _values);
        _nodes = original.Nodes.Zip(Graph.Nodes).ToDictionary(pair => pair.First, pair => pair.Second);
    }

    public Graph Graph { get; }

    public Value this[Value original] => _values[original];

    public Node this[Node original] => _nodes[original];

    public void SetParameters(Node layer, Tensor weights, float[]? bias)
    {
        var facts = layer.Operator.Weights!;
        Set(_nodes[layer], facts.WeightInput, weights);
        if (bias is not null) Set(_nodes[layer], facts.BiasInput!.Value, Tensor.Of([bias.Length], bias));
    }

    /// <summary>A plan for the copy, once its layers have their weights.</summary>
    public QuantizationPlan Of(QuantizationPlan plan)
    {
        return plan with
        {
            Graph = Graph,
            Groups = [.. plan.Groups.Select(group => group with { Values = Copies(group.Values), Measured = Copies(group.Measured) })],
            Weights = [.. plan.Weights.Select(weight => weight with { Node = _nodes[weight.Node], Weight = WeightOf(weight.Node) })],
            Biases = [.. plan.Biases.Select(bias => bias with { Node = _nodes[bias.Node], Data = _values[bias.Data], Weight = WeightOf(bias.Node) })],
            FloatNodes = [.. plan.FloatNodes.Select(node => _nodes[node])],
        };

        IReadOnlyList<Value> Copies(IReadOnlyList<Value> values) => [.. values.Select(value => _values[value])];

        Value WeightOf(Node original) => _nodes[original].Inputs[original.Operator.Weights!.WeightInput]!;
    }

    void Set(Node node, int index, Tensor elements)
    {
        var old = node.Inputs[index]!;
        if (old is { Consumers.Count: 1, IsGraphOutput: false }) old.Constant = elements;
        else node.SetInput(index, Graph.AddConstant(Graph.UniqueName($"{old.Name}_{node.Output.Name}"), elements));
    }
}
