using System.Text.Json.Serialization;
using Octet.Graphs;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Reporting;

/// <summary>What one would like to know about a model before doing anything with it.</summary>
public sealed record ModelSummary
{
    /// <summary>The model's file.</summary>
    public required string Model { get; init; }

    /// <summary>The version of ONNX's file form.</summary>
    public required long IrVersion { get; init; }

    /// <summary>The version of ONNX's own operators.</summary>
    public required int Opset { get; init; }

    /// <summary>The program that wrote the file, with its version.</summary>
    public required string Producer { get; init; }

    /// <summary>What the model takes, in its order.</summary>
    public required IReadOnlyList<ValueSummary> Inputs { get; init; }

    /// <summary>What the model gives, in its order.</summary>
    public required IReadOnlyList<ValueSummary> Outputs { get; init; }

    /// <summary>Which operators there are and how often, most frequent first.</summary>
    public required IReadOnlyList<OperatorCount> Operators { get; init; }

    /// <summary>Each node but constants, in the order in which they run; null where it was not asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<NodeSummary>? Nodes { get; init; }

    /// <summary>Numbers that training chose: the elements of all constants but those of int64, which are shapes, axes and
    /// indices.</summary>
    public required long Parameters { get; init; }

    /// <summary>Memory that all constants take.</summary>
    public required long ConstantBytes { get; init; }

    /// <summary>Multiplications in convolutions and matrix products for one sample; null where that depends on sizes that the model leaves
    /// open.</summary>
    public required long? Macs { get; init; }

    /// <summary>What the model's makers, Octet among them, wrote into it.</summary>
    public required IReadOnlyDictionary<string, string> Metadata { get; init; }

    /// <summary>Summarizes a model: its inputs and outputs, operators, weights, work.</summary>
    /// <param name="model">With the shapes of its values, as far as they are known.</param>
    /// <param name="withNodes">Whether to list each node.</param>
    public static ModelSummary Of(Model model, bool withNodes = false)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new()
        {
            Model = model.Source,
            IrVersion = model.IrVersion,
            Opset = model.Graph.Opset,
            Producer = $"{model.ProducerName} {model.ProducerVersion}".Trim(),
            Inputs = [.. model.Graph.Inputs.Select(ValueSummary.Of)],
            Outputs = [.. model.Graph.Outputs.Select(ValueSummary.Of)],
            Operators = [.. CountOperators(model.Graph)],
            Nodes = withNodes ? [.. model.Graph.Nodes.Where(node => node.OpType != "Constant").Select(NodeSummary.Of)] : null,
            Parameters = Constants(model.Graph).Where(constant => constant.Type != DataType.Int64).Sum(constant => (long)constant.Length),
            ConstantBytes = Constants(model.Graph).Sum(constant => (long)constant.Length * constant.Type.Size),
            Macs = MacCount.Of(model.Graph),
            Metadata = model.Metadata,
        };
    }

    static IEnumerable<OperatorCount> CountOperators(Graph graph) => AllNodes(graph)
        .GroupBy(node => node.OpType)
        .Select(nodes => new OperatorCount(nodes.Key, nodes.Count(), nodes.All(node => node.Operator is not UnsupportedOperator)))
        .OrderByDescending(entry => entry.Count).ThenBy(entry => entry.Operator, StringComparer.Ordinal);

    static IEnumerable<Node> AllNodes(Graph graph) =>
        graph.Nodes.Concat(graph.Nodes.SelectMany(node => node.Subgraphs()).SelectMany(AllNodes));

    /// <summary>Initializers, and what Constant nodes hold.</summary>
    static IEnumerable<Tensor> Constants(Graph graph) =>
        graph.Constants.Select(value => value.Constant!)
            .Concat(graph.Nodes.Where(node => node.OpType == "Constant")
                .Select(node => node.Attributes.TryGet("value", out var value) ? value : null).OfType<Tensor>())
            .Concat(graph.Nodes.SelectMany(node => node.Subgraphs()).SelectMany(Constants));
}

/// <summary>An input or output of a model.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Element type as numpy calls it.</param>
/// <param name="Shape">Extents: a number (<see cref="int"/>), or a name that stands for any number, <c>?</c> for an unnamed one. Null where
/// the model says nothing.</param>
public sealed record ValueSummary(string Name, string Type, IReadOnlyList<object>? Shape)
{
    /// <summary>Summarizes a value of a graph.</summary>
    public static ValueSummary Of(Value value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(
            value.Name, value.Type.DisplayName,
            value.Shape?.Dimensions.Select(dimension => dimension.Extent is { } extent ? (object)extent : dimension.ToString()).ToArray());
    }

    /// <summary><c>input: float32 [N, 3, 224, 224]</c>.</summary>
    public override string ToString() => $"{Name}: {Type} {(Shape is null ? "[...]" : $"[{string.Join(", ", Shape)}]")}";
}

/// <summary>One node of a model: the names by which recipes and options speak of it.</summary>
/// <param name="Operator">Its operator in ONNX.</param>
/// <param name="Name">Its own name, which may be empty.</param>
/// <param name="Outputs">What it makes.</param>
public sealed record NodeSummary(string Operator, string Name, IReadOnlyList<ValueSummary> Outputs)
{
    /// <summary>Summarizes a node of a graph.</summary>
    public static NodeSummary Of(Node node)
    {
        ArgumentNullException.ThrowIfNull(node);
        return new(node.OpType, node.Name, [.. node.Outputs.OfType<Value>().Select(ValueSummary.Of)]);
    }
}

/// <summary>How often a model uses an operator.</summary>
/// <param name="Operator">Its name in ONNX.</param>
/// <param name="Count">Nodes, those of inner graphs included.</param>
/// <param name="IsSupported">Whether Octet can run it.</param>
public sealed record OperatorCount(string Operator, int Count, bool IsSupported);
