using Octet.Data;
using Octet.Graphs;
using Octet.Tensors;

namespace Octet.Calibration;

/// <summary>Finds where the first value arises that is no number: in a sample, in the model's constants, or in what a node
/// computes.</summary>
static class NonFiniteSearch
{
    const int ListedConstants = 10;

    /// <summary>Which constants hold such elements, and where; empty if none does.</summary>
    /// <param name="constants">Each with what it is, for messages.</param>
    public static IReadOnlyList<string> In(IEnumerable<(Value Constant, string Use)> constants) =>
        [.. constants.DistinctBy(entry => entry.Constant)
        .Select(entry => IndexIn(entry.Constant.Constant!, lowToo: true) is { } index
            ? $"'{entry.Constant.Name}', {entry.Use}, is {Element(entry.Constant.Constant!, index)}" : null).OfType<string>()
            .Take(ListedConstants)];

    /// <summary>Where the first one arises when a graph runs a sample: the input or the node, the value, and the place in it. Null if none
    /// does.</summary>
    /// <param name="graph">The float graph.</param>
    /// <param name="sample">One that made such a value.</param>
    /// <param name="ignored">Values in which −∞ is no matter.</param>
    /// <param name="options">Who runs the graph.</param>
    public static string? Describe(Graph graph, Sample sample, IReadOnlyDictionary<Value, IgnoredElements> ignored,
        SampleRunOptions options)
    {
        foreach (var input in graph.Inputs)
        {
            if (sample.Inputs.TryGetValue(input.Name, out var tensor) && IndexIn(tensor, lowToo: !ignored.ContainsKey(input)) is { } index)
                return $"the sample's input '{input.Name}' is {Element(tensor, index)}";
        }
        var watched = graph.Nodes.SelectMany(node => node.Outputs).OfType<Value>().Where(value => value.Type == DataType.Float32);
        foreach (var (value, tensor) in options.Open(graph, watched).Watch(sample.Inputs))
        {
            if (IndexIn(tensor, lowToo: !ignored.ContainsKey(value)) is { } index) return Describe(value, Element(tensor, index));
        }
        return null;
    }

    static string Describe(Value value, string what)
    {
        var node = value.Producer!;
        var constant = node.Inputs.OfType<Value>()
            .FirstOrDefault(input => input.Constant is { } elements && IndexIn(elements, lowToo: true) is not null);
        var cause = constant is null
            ? "" : $"; its constant '{constant.Name}' is {Element(constant.Constant!, IndexIn(constant.Constant!, lowToo: true)!.Value)}";
        return $"{node.OpType} {node.Label} is the first to give such a number: value '{value.Name}' is {what}{cause}";
    }

    static int? IndexIn(Tensor tensor, bool lowToo)
    {
        if (tensor.Type != DataType.Float32) return null;
        var elements = tensor.Floats;
        for (var i = 0; i < elements.Length; i++)
        {
            if (!float.IsFinite(elements[i]) && (lowToo || !float.IsNegativeInfinity(elements[i]))) return i;
        }
        return null;
    }

    /// <summary><c>NaN at [0, 3, 5]</c>.</summary>
    static string Element(Tensor tensor, int index)
    {
        var coordinates = new int[tensor.Shape.Rank];
        for (var (axis, rest) = (coordinates.Length - 1, index); axis >= 0; rest /= Math.Max(1, tensor.Shape[axis]), axis--)
            coordinates[axis] = rest % Math.Max(1, tensor.Shape[axis]);
        return $"{tensor.Floats[index]} at [{string.Join(", ", coordinates)}]";
    }
}
