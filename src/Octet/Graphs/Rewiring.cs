using Octet.Operators;

namespace Octet.Graphs;

/// <summary>Changes of a graph that several stages make: a node put behind a value, or in the place of another.</summary>
static class Rewiring
{
    /// <summary>Puts a node behind a value: all who read the value then read what the node makes of it. The model's inputs and outputs keep
    /// their names.</summary>
    /// <param name="value">Any value but a constant.</param>
    /// <param name="op">What the node computes.</param>
    /// <param name="name">The node's name.</param>
    /// <param name="names">What is added to a name: to the old value's, where the new one takes its place as an output, and to the new
    /// value's elsewhere.</param>
    /// <param name="parameters">What the node reads behind the value.</param>
    /// <param name="domain">Empty for ONNX's own operators.</param>
    /// <param name="attributes">The attributes that <paramref name="op"/> was made from.</param>
    public static Node InsertBehind(
        Value value, Operator op, string name, (string Before, string After) names, IEnumerable<Value>? parameters = null,
        string domain = "", Attributes? attributes = null)
    {
        var graph = value.Graph;
        var readers = value.Consumers.ToHashSet();
        var (isOutput, ownName) = (value.IsGraphOutput, value.Name);
        // What the model gives out keeps the name that callers know. An input that is given out again stays as it is: it is known by that
        // name too.
        var takesName = isOutput && value.Producer is not null;
        if (takesName) value.Name = graph.UniqueName($"{ownName}_{names.Before}");
        var output = graph.NewValue(takesName ? ownName : graph.UniqueName($"{ownName}_{names.After}"));
        (output.Type, output.Shape) = (value.Type, value.Shape);

        var place = value.Producer is { } producer ? Following(producer) : graph.Nodes is [var first, ..] ? first : null;
        var node = graph.Add(op, [value, .. parameters ?? []], [output], attributes, graph.UniqueNodeName(name), domain, place);
        Graph.ReplaceConsumers(value, output, readers.Contains);
        if (takesName) graph.ReplaceOutput(value, output);
        return node;
    }

    /// <summary>Lets another operator make the one output of a node.</summary>
    /// <param name="node">What is taken out.</param>
    /// <param name="op">What makes the output instead.</param>
    /// <param name="inputs">What it reads.</param>
    /// <param name="domain">Empty for ONNX's own operators.</param>
    /// <param name="attributes">The attributes that <paramref name="op"/> was made from.</param>
    public static void Replace(Node node, Operator op, IEnumerable<Value> inputs, string domain = "", Attributes? attributes = null)
    {
        var (graph, output, name, following) = (node.Graph, node.Output, node.Name, Following(node));
        graph.Remove(node);
        graph.Add(op, inputs, [output], attributes, name, domain, following);
    }

    static Node? Following(Node node) => node.Following;
}
