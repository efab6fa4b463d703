using Octet.Graphs;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Exporting;

/// <summary>
/// Lets operators that only move data move real values between DequantizeLinear and QuantizeLinear, where they moved the integers between
/// those: runtimes that plan by such pairs know no other form.
/// </summary>
sealed class RealMoves(Graph graph)
{
    /// <summary>Scale and zero point of 8-bit integers, as the constants of the graph.</summary>
    readonly Dictionary<Value, (Value Scale, Value? ZeroPoint)> _steps = [];

    /// <summary>Changes the graph in place.</summary>
    public void Apply()
    {
        foreach (var node in graph.Nodes.ToArray())
        {
            if (node.Operator is QuantizeLinear && node.Inputs[1]!.Constant is { Length: 1 })
                _steps[node.Output] = (node.Inputs[1]!, node.InputOrNull(2));
            else if (Moves(node) && _steps.TryGetValue(node.Inputs[0]!, out var steps)) Move(node, steps);
        }
    }

    /// <summary>Whether a node moves data and nothing else: a second output is no data, but for that of a Split.</summary>
    static bool Moves(Node node) =>
        node.Operator.OnlyMovesData && node.Inputs is [not null, ..] && !node.Subgraphs().Any()
        && (node.Outputs.Count == 1 || node.Operator is Split) && node.Outputs.All(output => output is not null);

    void Move(Node node, (Value Scale, Value? ZeroPoint) steps)
    {
        var (outputs, others, following) = (node.Outputs.ToArray(), node.Inputs.Skip(1).ToArray(), node.Following);
        var real = QdqConversion.Read(node, new(node.Inputs[0]!, steps.Scale, steps.ZeroPoint), axis: null);
        var moved = outputs.Select(output => graph.NewValue(graph.UniqueName($"{output!.Name}_float"))).ToArray();
        graph.Remove(node);
        graph.Add(node.Operator, [real, .. others], moved, node.Attributes, node.Name, node.Domain, following);
        foreach (var (output, value) in outputs.Zip(moved))
        {
            graph.Add(OperatorTable.Create("", "QuantizeLinear", graph.Opset, []), [value, steps.Scale, steps.ZeroPoint], [output],
                name: graph.UniqueNodeName($"{output!.Name}_quantizer"), before: following);
            _steps[output!] = steps;
        }
    }
}
