using Octet.Graphs;
using Octet.Operators;

namespace Octet.Running;

/// <summary>
/// Prepares the graphs inside If, Loop and Scan: each becomes a session of its own, and what it reads from around it becomes an input of
/// the node. So no later stage has to know that a value can be read from inside a graph.
/// </summary>
static class BodyLowering
{
    /// <param name="graph">Changed in place.</param>
    /// <param name="options">Those of the whole model; values inside the graphs are not watched.</param>
    public static void Apply(Graph graph, SessionOptions options)
    {
        var inside = new SessionOptions { MaxBytes = options.MaxBytes, Store = options.Store };
        foreach (var node in graph.Nodes.Where(node => node.Operator is ControlFlow).ToArray())
            Prepare(graph, node, (ControlFlow)node.Operator, inside);
    }

    static void Prepare(Graph graph, Node node, ControlFlow control, SessionOptions options)
    {
        var inputs = node.Inputs.ToList();
        var bodies = control.Bodies.ToDictionary(name => name, name =>
        {
            var closed = GraphCopy.Closed((Graph)node.Attributes.Subgraph(name), out var captured);
            var body = new PreparedBody(new Session(closed, options), inputs.Count, captured.Count);
            inputs.AddRange(captured);
            return body;
        });
        var (outputs, following) = (node.Outputs.ToArray(), node.Following);
        var prepared = new PreparedControlFlow(control, node.Inputs.Count, outputs.Length, bodies);
        graph.Remove(node);
        graph.Add(prepared, inputs, outputs, name: node.Name, before: following);
    }
}
