using Octet.Graphs;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Passes;

/// <summary>
/// Rewrites a graph for a newer set of operators, so that it can hold nodes that older sets lack. Only what changed its form between the
/// sets is touched.
/// </summary>
/// <remarks>Source: the version history of each operator in the ONNX operator specification.</remarks>
public sealed class UpgradeOpset(int opset) : IGraphPass
{
    /// <inheritdoc/>
    public string Name => "upgrade-opset";

    /// <summary>Does nothing where the graph is new enough already.</summary>
    /// <exception cref="OpsetException">Nodes have a form that the newer set cannot express; the message names all of them.</exception>
    public static void To(Graph graph, int opset)
    {
        ArgumentNullException.ThrowIfNull(graph);
        if (graph.Opset < opset) new UpgradeOpset(opset).Apply(graph);
    }

    /// <inheritdoc/>
    public int Apply(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var from = graph.Opset;
        var changed = 0;
        var problems = new List<string>();
        graph.Opsets[""] = Math.Max(from, opset);
        foreach (var node in graph.Nodes.Where(node => node.Domain is "" or "ai.onnx").ToArray())
        {
            if (node.Subgraphs().Any()) problems.Add($"{node.Label} ({node.OpType}) holds a graph of its own");
            if (node.Operator is UnsupportedOperator)
            {
                problems.Add($"{node.Label} ({node.OpType}) is no operator that is known in that opset");
                continue;
            }
            // A node may have to be changed several times on its way, so each step looks at the node that the step before left.
            var current = node;
            foreach (var change in OpsetChanges.All.Where(
                change => change.Since > from && change.Since <= opset && change.OpTypes.Contains(current.OpType)))
            {
                try
                {
                    if (change.Apply(current) is not { } next) continue;
                    current = next;
                    changed++;
                }
                catch (OctetException problem)
                {
                    problems.Add($"{node.Label} ({node.OpType}): {problem.Message}");
                }
            }
            if (current == node) Renew(node, node.OpType, node.Inputs, node.Attributes);
        }
        return problems.Count == 0 ? changed : throw new OpsetException(from, opset, problems);
    }

    /// <summary>Replaces a node by one of the graph's present opset, with other inputs and attributes.</summary>
    internal static Node Renew(Node node, string opType, IEnumerable<Value?> inputs, Attributes attributes)
    {
        var graph = node.Graph;
        var (given, made) = (inputs.ToArray(), node.Outputs.ToArray());
        var following = node.Following;
        graph.Remove(node);
        var op = OperatorTable.Create("", opType, graph.Opset, attributes);
        var renewed = graph.Add(op, given, made, attributes, node.Name, node.Domain, following);
        renewed.DocString = node.DocString;
        foreach (var (key, text) in node.Metadata) renewed.Metadata[key] = text;
        return renewed;
    }
}

/// <summary>A model cannot be expressed in the operators that are needed.</summary>
public sealed class OpsetException(int from, int to, IEnumerable<string> problems) : OctetException(
    $"The model uses opset {from}, and opset {to} is needed; these nodes cannot be rewritten for "
    + $"it:{string.Concat(problems.Select(problem => $"{Environment.NewLine}  {problem}"))}"
    + $"{Environment.NewLine}Export the model again with opset {to} or newer.");
