using System.Text;
using Octet.Graphs;

namespace Octet.Training;

/// <summary>Nodes stand between the weights and the loss that Octet cannot differentiate; the message names all of them.</summary>
public sealed class MissingGradientException : OctetException
{
    MissingGradientException(IReadOnlyList<(Node Node, int Input)> problems) : base(Describe(problems)) =>
        OpTypes = [.. problems.Select(problem => problem.Node.OpType).Distinct()];

    /// <summary>The operators without a gradient.</summary>
    public IReadOnlyList<string> OpTypes { get; }

    internal static void ThrowIfAny(IReadOnlyList<(Node Node, int Input)> problems)
    {
        if (problems.Count > 0) throw new MissingGradientException(problems);
    }

    static string Describe(IReadOnlyList<(Node Node, int Input)> problems)
    {
        var text = new StringBuilder($"{problems.Count} input(s) of nodes between the weights and the loss have no gradient:");
        foreach (var nodes in problems.GroupBy(problem => problem.Node.OpType))
        {
            var (first, input) = nodes.First();
            text.AppendLine().Append($"  {nodes.Key}: {nodes.Count()} time(s), first for input {input} of '{first.Label}'");
        }
        return text.AppendLine()
            .Append("Cut the model before them, or freeze the weights before them.").ToString();
    }
}
