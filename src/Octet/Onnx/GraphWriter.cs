using Octet.Graphs;
using Octet.Onnx.Schema;

namespace Octet.Onnx;

/// <summary>Encodes a graph, with what <see cref="GraphReader"/> kept of its file.</summary>
/// <param name="weights">The file beside the model that takes large tensors; null if all stay inside.</param>
sealed class GraphWriter(ExternalDataWriter? weights)
{
    public GraphProto Write(Graph graph)
    {
        var proto = graph.Foreign is { } foreign ? GraphProto.Parser.ParseFrom(foreign) : new();
        proto.Name = graph.Name;
        if (graph.DocString.Length > 0) proto.DocString = graph.DocString;
        StringPairs.Write(graph.Metadata, proto.MetadataProps);

        WriteInputs(graph, proto);
        proto.Initializer.Add(graph.Constants.Select(WriteConstant));
        proto.Node.Add(graph.Nodes.Select(WriteNode));
        proto.Output.Add(graph.Outputs.Select(ValueTypes.Write));
        WriteValueInfos(graph, proto);
        return proto;
    }

    /// <summary>The graph's inputs as a file lists them: with the constants that a caller may override.</summary>
    public static IEnumerable<Value> Inputs(Graph graph) =>
        graph.Inputs.Concat(graph.Constants.Where(constant => constant.IsListedAsInput));

    /// <summary>In the order of the file, if it mixed inputs and constants.</summary>
    static void WriteInputs(Graph graph, GraphProto proto)
    {
        var place = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (index, input) in proto.Input.Index()) place.TryAdd(input.Name, index);
        proto.Input.Clear();
        proto.Input.Add(Inputs(graph).OrderBy(input => place.GetValueOrDefault(input.Name, place.Count)).Select(ValueTypes.Write));
    }

    TensorProto WriteConstant(Value constant)
    {
        var elements = constant.Constant!;
        var proto = weights?.Write(elements, constant.Name) ?? TensorWriter.Write(elements, constant.Name);
        if (constant.DocString.Length > 0) proto.DocString = constant.DocString;
        StringPairs.Write(constant.Metadata, proto.MetadataProps);
        return proto;
    }

    NodeProto WriteNode(Node node)
    {
        if (node.Domain == Domains.Internal)
        {
            throw new InvalidOperationException($"Node {node.Label} is of type {node.OpType}, which exists inside Octet only; an exporter "
                + "has to replace it before the graph is written.");
        }

        var proto = node.Foreign is { } foreign ? NodeProto.Parser.ParseFrom(foreign) : new();
        proto.Input.Add(node.Inputs.Select(NameOf));
        proto.Output.Add(node.Outputs.Select(NameOf));
        if (node.Name.Length > 0) proto.Name = node.Name;
        proto.OpType = node.OpType;
        if (node.Domain.Length > 0) proto.Domain = node.Domain;
        if (node.DocString.Length > 0) proto.DocString = node.DocString;
        StringPairs.Write(node.Metadata, proto.MetadataProps);

        var rest = proto.Attribute.ToDictionary(attribute => attribute.Name, StringComparer.Ordinal);
        proto.Attribute.Clear();
        proto.Attribute.Add(
            node.Attributes.Select(
                attribute => AttributeWriter.Write(attribute.Key, attribute.Value, rest.GetValueOrDefault(attribute.Key), Write)));
        return proto;
    }

    /// <summary>A captured value goes by the name that it has where it is made.</summary>
    static string NameOf(Value? value)
    {
        while (value?.CapturedFrom is { } outer) value = outer;
        return value?.Name ?? "";
    }

    /// <summary>Types of values inside the graph, and those that the file gave for values it does not have.</summary>
    static void WriteValueInfos(Graph graph, GraphProto proto)
    {
        var orphans = proto.ValueInfo.ToArray();
        var inside = graph.Nodes.SelectMany(node => node.Outputs).OfType<Value>()
            .Concat(graph.Constants.Where(constant => !constant.IsListedAsInput));
        var outputs = graph.Outputs.ToHashSet();
        proto.ValueInfo.Clear();
        proto.ValueInfo.Add(inside.Where(value => value.IsDeclared && !outputs.Contains(value)).Select(ValueTypes.Write));
        if (orphans.Length == 0) return;

        var known = graph.Values.Select(value => value.Name).ToHashSet(StringComparer.Ordinal);
        proto.ValueInfo.Add(orphans.Where(info => !known.Contains(info.Name)));
    }
}
