using Octet.Operators;
using Octet.Tensors;

namespace Octet.Graphs;

/// <summary>Finds type and shape of every value of a graph for given shapes of its inputs, and the elements of those small ones that follow from shapes alone.</summary>
/// <remarks>
/// Operators are only ever asked about concrete shapes, which keeps them simple. Extents that a model leaves open are found by asking twice, with different
/// numbers in their place: see <see cref="Annotate"/>.
/// </remarks>
public static class ShapeInference
{
    /// <summary>Tensors of up to this many elements are computed while shapes are inferred, if everything they depend on is known.</summary>
    const int MostElementsComputed = 4096;

    /// <summary>What is known of each value when the graph's inputs have the given types and shapes. Values that depend on computed shapes are absent or unknown.</summary>
    /// <exception cref="GraphException">A node cannot take what it would be given; the message names it.</exception>
    public static Dictionary<Value, TensorInfo> Infer(Graph graph, IEnumerable<(Value Input, TensorInfo Info)> inputs) => Infer(graph, inputs, []);

    static Dictionary<Value, TensorInfo> Infer(Graph graph, IEnumerable<(Value Input, TensorInfo Info)> inputs, Dictionary<Value, TensorInfo> outside)
    {
        var known = new Dictionary<Value, TensorInfo>();
        foreach (var captured in graph.Captured)
        {
            if (outside.TryGetValue(captured.CapturedFrom!, out var info)) known[captured] = info;
        }
        foreach (var constant in graph.Constants) known[constant] = TensorInfo.Of(constant.Constant!);
        foreach (var (input, info) in inputs) known[input] = info;
        foreach (var node in graph.Nodes)
        {
            if (InferNode(node, known) is not { } infos) continue;
            foreach (var (output, info) in node.Outputs.Zip(infos))
            {
                if (output is not null) known[output] = info;
            }
        }
        return known;
    }

    /// <summary>
    /// Notes type and shape on every value of the graph. An extent that the model leaves open is tried as two different numbers; extents that come out
    /// the same both times are known, those that follow the number keep its name, and the rest stay open.
    /// </summary>
    /// <remarks>Where a model refuses the tried numbers, its values keep what the file declares.</remarks>
    public static void Annotate(Graph graph)
    {
        if (Try(graph, first: true) is not { } first) return;
        var second = graph.Inputs.Any(input => input.Shape is not { IsKnown: true }) ? Try(graph, first: false) : first;
        if (second is null) return;

        var symbols = Symbols(graph);
        foreach (var value in graph.Values.Where(value => value.Constant is null && value.CapturedFrom is null && !value.IsGraphInput))
        {
            if (!first.TryGetValue(value, out var one) || !second.TryGetValue(value, out var two)) continue;
            if (one.Type != DataType.Undefined) value.Type = one.Type;
            if (one.Shape.IsKnown && two.Shape.IsKnown && one.Shape.Rank == two.Shape.Rank) value.Shape = Merge(one.Shape, two.Shape, symbols);
        }
    }

    /// <summary>Runs the operator's inference if all its inputs are known, and the operator itself if all their elements are. Null if an input's shape is open.</summary>
    static TensorInfo[]? InferNode(Node node, Dictionary<Value, TensorInfo> known)
    {
        var inputs = new TensorInfo[node.Inputs.Count];
        for (var i = 0; i < inputs.Length; i++)
        {
            if (node.Inputs[i] is not { } input) continue;
            if (!known.TryGetValue(input, out var info) || !info.Shape.IsKnown) return null;
            inputs[i] = info;
        }
        if (node.Operator is UnsupportedOperator) return null;

        try
        {
            if (node.Operator is ControlFlow control)
            {
                control.CheckRequired(inputs);
                return control.Infer(inputs, new BodiesOf(node, known));
            }
            var outputs = node.Operator.InferChecked(inputs);
            return CanCompute(inputs, outputs) ? Compute(node, inputs, outputs) : outputs;
        }
        catch (OctetException problem)
        {
            throw NodeException.During(node, inputs, problem);
        }
    }

    static bool CanCompute(TensorInfo[] inputs, TensorInfo[] outputs) =>
        inputs.All(input => input is null or { Value: not null })
        && outputs.Length > 0 && outputs.All(output => output is { Value: null, Shape.IsKnown: true, Shape.Length: <= MostElementsComputed });

    static TensorInfo[] Compute(Node node, TensorInfo[] inputs, TensorInfo[] outputs)
    {
        var results = outputs.Select(output => new Tensor(output.Type, output.Shape)).ToArray();
        ReducedPrecision.Run(node.Operator, [.. inputs.Select(input => input?.Value!)], results);
        return [.. results.Select(TensorInfo.Of)];
    }

    static Dictionary<Value, TensorInfo>? Try(Graph graph, bool first)
    {
        if (graph.Inputs.Any(input => input.Shape is null || input.Type == DataType.Undefined)) return null;
        try
        {
            return Infer(graph, graph.Inputs.Select(input => (input, new TensorInfo(input.Type, input.Shape!.Fill((axis, _) => Trial(axis, first))))));
        }
        catch (OctetException)
        {
            return null;
        }
    }

    /// <summary>
    /// The number tried for an open extent. A batch may be small; pictures and sequences should survive a network's strides, so they are large.
    /// </summary>
    static int Trial(int axis, bool first) => axis == 0 ? (first ? 2 : 3) : (first ? 256 : 320);

    static Dictionary<(int, int), string> Symbols(Graph graph)
    {
        var symbols = new Dictionary<(int, int), string>();
        foreach (var input in graph.Inputs)
        {
            foreach (var (axis, dimension) in input.Shape!.Dimensions.Index())
            {
                if (dimension is { Extent: null, Symbol: { } symbol }) symbols.TryAdd((Trial(axis, true), Trial(axis, false)), symbol);
            }
        }
        return symbols;
    }

    static SymbolicShape Merge(Shape one, Shape two, Dictionary<(int, int), string> symbols) =>
        new([.. Enumerable.Range(0, one.Rank).Select(axis => one[axis] == two[axis]
            ? new Dimension(one[axis])
            : new Dimension(null, symbols.GetValueOrDefault((one[axis], two[axis]))))]);

    /// <summary>What a body would give, for its outputs in order; null if it cannot take such inputs.</summary>
    public static TensorInfo[]? InferBody(Graph body, IReadOnlyList<TensorInfo> inputs, Dictionary<Value, TensorInfo> outside)
    {
        if (inputs.Count != body.Inputs.Count || inputs.Any(input => !input.Shape.IsKnown)) return null;
        try
        {
            var known = Infer(body, body.Inputs.Zip(inputs), outside);
            return [.. body.Outputs.Select(output => known.GetValueOrDefault(output) ?? new(output.Type, Shape.Unknown))];
        }
        catch (OctetException)
        {
            return null;
        }
    }

    /// <summary>The graphs of a node, which see the values around them.</summary>
    sealed class BodiesOf(Node node, Dictionary<Value, TensorInfo> outside) : IBodyInference
    {
        public TensorInfo[]? Infer(string body, params TensorInfo[] inputs) => InferBody((Graph)node.Attributes.Subgraph(body), inputs, outside);
    }
}
