using Octet.Graphs;
using Octet.Planning;
using Octet.Tensors;

namespace Octet.Steps;

/// <summary>A copy of a graph, in which each layer can have weights of its own.</summary>
sealed class LayerCopy
{
    readonly GraphMap _copies;

    public LayerCopy(Graph original) => original.Clone(out _copies);

    public Graph Graph => _copies.Graph;

    public Value this[Value original] => _copies[original];

    public Node this[Node original] => _copies[original];

    public void SetParameters(Node layer, Tensor weights, float[]? bias)
    {
        var facts = layer.Operator.Weights!;
        Set(_copies[layer], facts.WeightInput, weights);
        if (bias is not null) Set(_copies[layer], facts.BiasInput!.Value, Tensor.Of([bias.Length], bias));
    }

    /// <summary>A plan for the copy, once its layers have their weights.</summary>
    public QuantizationPlan Of(QuantizationPlan plan)
    {
        return plan with
        {
            Graph = Graph,
            Groups = [.. plan.Groups.Select(group => group with { Values = Copies(group.Values), Measured = Copies(group.Measured) })],
            Weights = [.. plan.Weights.Select(weight => weight with { Node = _copies[weight.Node], Weight = WeightOf(weight.Node) })],
            Biases = [.. plan.Biases.Select(
                bias => bias with { Node = _copies[bias.Node], Data = _copies[bias.Data], Weight = WeightOf(bias.Node) })],
            FloatNodes = [.. plan.FloatNodes.Select(node => _copies[node])],
        };

        IReadOnlyList<Value> Copies(IReadOnlyList<Value> values) => [.. values.Select(value => _copies[value])];

        Value WeightOf(Node original) => _copies[original].Inputs[original.Operator.Weights!.WeightInput]!;
    }

    void Set(Node node, int index, Tensor elements)
    {
        var old = node.Inputs[index]!;
        if (old is { Consumers.Count: 1, IsGraphOutput: false }) old.Constant = elements;
        else node.SetInput(index, Graph.AddConstant(Graph.UniqueName($"{old.Name}_{node.Output.Name}"), elements));
    }
}
