using System.Text;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Graphs;

/// <summary>A graph as text, one line a node: for people, and for golden tests whose diff shows what a pass did.</summary>
public static class GraphText
{
    const int MaxElements = 8;

    /// <summary>
    /// <code>
    /// graph signs (opset 13)
    ///   in  x: float32 [N, 3, 64, 64]
    ///   y = Conv(x, w: float32 [16, 3, 3, 3]) {pads: [1, 1, 1, 1]}
    ///   out y: float32 [N, 16, 64, 64]
    /// </code>
    /// </summary>
    public static string Write(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var text = new StringBuilder();
        Write(graph, text, indent: "");
        return text.ToString();
    }

    static void Write(Graph graph, StringBuilder text, string indent)
    {
        text.Append($"{indent}graph {graph.Name} (opset {graph.Opset})\n");
        foreach (var input in graph.Inputs) text.Append($"{indent}  in  {input}\n");
        foreach (var node in graph.Nodes)
        {
            var outputs = string.Join(", ", node.Outputs.Select(output => output?.Name ?? "_"));
            var inputs = string.Join(", ", node.Inputs.Select(Describe));
            text.Append($"{indent}  {outputs} = {node.OpType}({inputs}){Describe(node.Attributes)}\n");
            foreach (var subgraph in node.Subgraphs()) Write(subgraph, text, indent + "    ");
        }
        foreach (var output in graph.Outputs) text.Append($"{indent}  out {output}\n");
    }

    static string Describe(Value? value) => value switch
    {
        null => "_",
        { Constant: { Length: <= MaxElements } elements } => Describe(elements),
        { Constant: not null } => value.ToString(),
        _ => value.Name,
    };

    static string Describe(Attributes attributes) => attributes.Count == 0
        ? ""
        : $" {{{string.Join(", ", attributes.Select(attribute => $"{attribute.Key}: {Describe(attribute.Value)}"))}}}";

    static string Describe(object attribute) => attribute switch
    {
        Tensor tensor => Describe(tensor),
        Array list => $"[{string.Join(", ", list.Cast<object>().Select(Describe))}]",
        string text => $"\"{text}\"",
        ISubgraph subgraph => $"graph {subgraph.Name}",
        ForeignAttribute => "…",
        _ => attribute.ToString()!,
    };

    static string Describe(Tensor tensor) => tensor switch
    {
        { Length: > MaxElements } => tensor.ToString(),
        { Type: DataType.Float32 } => List(tensor.Floats.ToArray(), tensor.Shape),
        { Type: DataType.Int64 } => List(tensor.Longs.ToArray(), tensor.Shape),
        { Type: DataType.Int32 } => List(tensor.AsSpan<int>().ToArray(), tensor.Shape),
        { Type: DataType.UInt8 } => List(tensor.AsSpan<byte>().ToArray(), tensor.Shape),
        { Type: DataType.Int8 } => List(tensor.AsSpan<sbyte>().ToArray(), tensor.Shape),
        _ => tensor.ToString(),
    };

    static string List<T>(T[] elements, Shape shape) => shape.Rank == 0 ? $"{elements[0]}" : $"[{string.Join(", ", elements)}]";
}
