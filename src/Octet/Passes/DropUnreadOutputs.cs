using Octet.Graphs;
using Octet.Operators;

namespace Octet.Passes;

/// <summary>Takes optional outputs off a node where nothing reads them, if they make it a form that Octet does not support: a batch
/// normalization exported with the outputs of its training.</summary>
sealed class DropUnreadOutputs : IGraphPass
{
    public string Name => "drop-unread-outputs";

    public int Apply(Graph graph)
    {
        var changed = 0;
        foreach (var node in graph.Find<UnsupportedOperator>().Where(node => node.Outputs.Count > 1))
        {
            var outputs = node.Outputs.ToArray();
            var read = outputs.Length;
            while (read > 1 && outputs[read - 1] is null or { Consumers.Count: 0, IsGraphOutput: false }) read--;
            var attributes = new Attributes(node.Attributes) { OutputCount = read };
            if (read == outputs.Length
                    || OperatorTable.Create(node.Domain, node.OpType, graph.Opset, attributes) is var op && op is UnsupportedOperator)
                continue;

            var (inputs, name, domain) = (node.Inputs.ToArray(), node.Name, node.Domain);
            var following = graph.Nodes.SkipWhile(other => other != node).Skip(1).FirstOrDefault();
            graph.Remove(node);
            var known = graph.Add(OperatorTable.Create(domain, node.OpType, graph.Opset, attributes), inputs, outputs[..read], attributes,
                name, domain, following);
            // The form that was not known was not looked at when the model was read.
            var problems = NodeCheck.Problems(known).Concat(NodeCheck.ConstantProblems(known)).ToArray();
            if (problems.Length > 0) throw GraphException.Of(graph.Name, problems);
            changed++;
        }
        return changed;
    }
}
