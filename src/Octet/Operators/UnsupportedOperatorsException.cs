using System.Text;

namespace Octet.Operators;

/// <summary>The model uses operators that <see cref="OperatorTable"/> lacks; the message names all of them at once.</summary>
public sealed class UnsupportedOperatorsException : OctetException
{
    /// <summary>An error that names all of a model's operators that Octet lacks.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="opset">The version of ONNX's operators that it uses.</param>
    /// <param name="missing">Each operator with the name of a node that uses it.</param>
    public UnsupportedOperatorsException(string model, int opset, IEnumerable<(string OpType, string NodeName)> missing)
        : this(model, opset, missing.ToLookup(node => node.OpType, node => node.NodeName)) { }

    UnsupportedOperatorsException(string model, int opset, ILookup<string, string> nodesByType)
        : base(Describe(model, opset, nodesByType)) =>
        OpTypes = [.. nodesByType.Select(nodes => nodes.Key)];

    /// <summary>The names of the operators, each once.</summary>
    public IReadOnlyList<string> OpTypes { get; }

    static string Describe(string model, int opset, ILookup<string, string> nodesByType)
    {
        var text = new StringBuilder($"'{model}' (opset {opset}) uses {nodesByType.Count} operator type(s) that Octet cannot run:");
        foreach (var nodes in nodesByType)
        {
            text.AppendLine().Append($"  {nodes.Key}: {nodes.Count()} node(s), the first is '{nodes.First()}'");
            if (OperatorTable.ClosestTo(nodes.Key) is { } known) text.Append($"; did you mean {known}?");
        }
        return text.AppendLine().Append("Export the model without them, or cut it where they begin.").ToString();
    }
}
