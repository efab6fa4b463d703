namespace Octet.Graphs;

/// <summary>A graph that cannot be, as a file may describe one: the message lists everything that is wrong with it.</summary>
public sealed class GraphException(string message) : OctetException(message)
{
    const int MaxListed = 20;

    internal static GraphException Of(string graphName, IReadOnlyCollection<string> problems) =>
        new($"Graph '{graphName}' is not sound: {problems.Count} problem(s).{List(problems)}");

    internal static GraphException Circle(Graph graph, IReadOnlyCollection<Node> nodes) =>
        new($"Graph '{graph.Name}' cannot run: {nodes.Count} node(s) wait for each other in a circle, or for nodes in "
            + $"it.{List([.. nodes.Select(node => node.Label)])}");

    static string List(IReadOnlyCollection<string> lines) =>
        string.Concat(lines.Take(MaxListed).Select(line => $"{Environment.NewLine}  {line}"))
        + (lines.Count > MaxListed ? $"{Environment.NewLine}  … and {lines.Count - MaxListed} more" : "");
}
