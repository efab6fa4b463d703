using Octet.Operators;
using Octet.Tensors;

namespace Octet.Graphs;

/// <summary>Finds type and shape of every value of a graph for given shapes of its inputs, and the elements of those small ones that follow
/// from shapes alone.</summary>
/// <remarks>
/// Operators are only ever asked about concrete shapes, which keeps them simple: a rule for names beside the one for numbers, in each of
/// some two hundred operators, would have to be kept equal to it. What extents have to do with sizes that a model leaves open is found by
/// asking several times: see <see cref="ShapeTrials"/>.
/// </remarks>
public static class ShapeInference
{
    /// <summary>Tensors of up to this many elements are computed while shapes are inferred, if everything they depend on is
    /// known.</summary>
    const int MaxElementsComputed = 4096;

    /// <summary>Elementary steps of one operator that is computed while shapes are inferred.</summary>
    const double MaxWork = 1 << 24;

    /// <summary>What is known of each value when the graph's inputs have the given types and shapes. Values that depend on computed shapes
    /// are absent or unknown.</summary>
    /// <exception cref="GraphException">A node cannot take what it would be given; the message names it.</exception>
    public static Dictionary<Value, TensorInfo> Infer(Graph graph, IEnumerable<(Value Input, TensorInfo Info)> inputs)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(inputs);
        return Infer(graph, inputs, [], null);
    }

    /// <summary>
    /// The same as far as it goes: where a node cannot take what it would be given, or an input's shape is not known, what follows has its
    /// type alone.
    /// </summary>
    /// <param name="graph">Any graph.</param>
    /// <param name="inputs">Shapes may be unknown.</param>
    /// <param name="declared">What is known of a value whose shape does not follow, for instance what the file says; null if nothing
    /// is.</param>
    internal static Dictionary<Value, TensorInfo> InferAsFarAsPossible(Graph graph, IEnumerable<(Value Input, TensorInfo Info)> inputs,
        Func<Value, Shape?>? declared = null) =>
        Infer(graph, inputs, [], declared ?? (_ => null));

    static Dictionary<Value, TensorInfo> Infer(Graph graph, IEnumerable<(Value Input, TensorInfo Info)> inputs,
        Dictionary<Value, TensorInfo> outside, Func<Value, Shape?>? declared)
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
            if (declared is not null) InferTolerantly(node, known, declared);
            else if (InferNode(node, known) is { } infos) Note(node, infos, known);
        }
        return known;
    }

    /// <summary>
    /// Notes type and shape on every value of the graph, with extents as expressions of the sizes that the model leaves open
    /// (<see cref="ShapeTrials"/>). What the file declares and inference does not contradict stays, and so does all where nothing is found
    /// out.
    /// </summary>
    public static void Annotate(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var trials = ShapeTrials.Of(graph);
        foreach (var value in graph.Values.Where(value => value.Constant is null && value.CapturedFrom is null && !value.IsGraphInput))
        {
            if (trials.TypeOf(value) is var type and not DataType.Undefined) value.Type = type;
            if (trials.ShapeOf(value) is { } shape) value.Shape = shape;
        }
    }

    /// <summary>Notes type and shape on the outputs of a node, from what its inputs say; what does not follow from them stays as it
    /// is.</summary>
    internal static void Annotate(Node node)
    {
        if (node.Subgraphs().Any()) return;
        var copies = GraphCopy.Alone([node]);
        // The sizes of the whole graph, so that extents that are expressions of them can be read.
        foreach (var name in new OpenExtents(node.Graph).Names.Where(OpenExtents.IsShown))
            copies.Graph.AddInput(copies.Graph.UniqueName(name), DataType.Int64, new(new Dimension(null, name)));
        Annotate(copies.Graph);
        foreach (var output in node.Outputs.OfType<Value>()) (output.Type, output.Shape) = (copies[output].Type, copies[output].Shape);
    }

    static void Note(Node node, TensorInfo[] infos, Dictionary<Value, TensorInfo> known)
    {
        foreach (var (output, info) in node.Outputs.Zip(infos))
        {
            if (output is not null) known[output] = info;
        }
    }

    /// <summary>Runs the operator's inference if all its inputs are known, and the operator itself if all their elements are. Null if an
    /// input's shape is open.</summary>
    static TensorInfo[]? InferNode(Node node, Dictionary<Value, TensorInfo> known)
    {
        if (InputsOf(node, known) is not { } inputs || node.Operator is UnsupportedOperator) return null;
        try
        {
            return InferKnown(node, inputs, new BodiesOf(node, known, null));
        }
        catch (OctetException problem)
        {
            throw NodeException.During(node, inputs, problem);
        }
    }

    /// <summary>Null if one is not known.</summary>
    static TensorInfo[]? InputsOf(Node node, Dictionary<Value, TensorInfo> known)
    {
        var inputs = new TensorInfo[node.Inputs.Count];
        for (var i = 0; i < inputs.Length; i++)
        {
            if (node.Inputs[i] is not { } input) continue;
            if (!known.TryGetValue(input, out var info) || !info.Shape.IsKnown) return null;
            inputs[i] = info;
        }
        return inputs;
    }

    static TensorInfo[] InferKnown(Node node, TensorInfo[] inputs, BodiesOf bodies)
    {
        if (node.Operator is ControlFlow control)
        {
            control.CheckRequired(inputs);
            return control.Infer(inputs, bodies);
        }
        var outputs = node.Operator.InferChecked(inputs);
        return CanCompute(node.Operator, inputs, outputs) ? Compute(node, inputs, outputs) : outputs;
    }

    /// <summary>Notes what is known of the outputs: all, or their types and what the file declares.</summary>
    static void InferTolerantly(Node node, Dictionary<Value, TensorInfo> known, Func<Value, Shape?> declared)
    {
        TensorInfo[] infos = [];
        var bodies = new BodiesOf(node, known, declared);
        try
        {
            if (InputsOf(node, known) is { } inputs && node.Operator is not UnsupportedOperator) infos = InferKnown(node, inputs, bodies);
            else if (node.Operator is ControlFlow control)
            {
                TensorInfo[] partly = [.. node.Inputs.Select(input => input is null ? null! : known.GetValueOrDefault(input, Nothing))];
                control.CheckRequired(partly);
                infos = control.Infer(partly, bodies);
            }
        }
        catch (OctetException)
        {
            // What cannot be said of this node is not said; the others go on.
        }

        foreach (var (index, output) in node.Outputs.Index())
        {
            if (output is null) continue;
            var info = index < infos.Length ? infos[index] : new(TypeOf(node, index, known), Shape.Unknown);
            if (info.Type == DataType.Undefined && output.IsDeclared) info = info with { Type = output.Type };
            known[output] = info.Shape.IsKnown || declared(output) is not { } shape ? info : info with { Shape = shape };
        }
    }

    static DataType TypeOf(Node node, int output, Dictionary<Value, TensorInfo> known)
    {
        if (node.Operator is ControlFlow or UnsupportedOperator) return DataType.Undefined;
        DataType[] types =
            [.. node.Inputs.Select(input => input is null ? DataType.Undefined : known.GetValueOrDefault(input, Nothing).Type)];
        return node.Operator.TypeOfOutput(output, types);
    }

    static readonly TensorInfo Nothing = new(DataType.Undefined, Shape.Unknown);

    static bool CanCompute(Operator op, TensorInfo[] inputs, TensorInfo[] outputs) =>
        inputs.All(input => input is null or { Value: not null })
        && outputs.Length > 0 && outputs.All(output => output is { Value: null, Shape.IsKnown: true, Shape.Length: <= MaxElementsComputed })
        && op.Work(inputs, outputs) <= MaxWork;

    static TensorInfo[] Compute(Node node, TensorInfo[] inputs, TensorInfo[] outputs)
    {
        var results = outputs.Select(output => new Tensor(output.Type, output.Shape)).ToArray();
        ReducedPrecision.Run(node.Operator, [.. inputs.Select(input => input?.Value!)], results);
        return [.. results.Select(TensorInfo.Of)];
    }

    /// <summary>What a body would give, for its outputs in order; null if it cannot take such inputs.</summary>
    internal static TensorInfo[]? InferBody(Graph body, IReadOnlyList<TensorInfo> inputs, Dictionary<Value, TensorInfo> outside)
    {
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(outside);
        return InferBody(body, inputs, outside, null);
    }

    static TensorInfo[]? InferBody(Graph body, IReadOnlyList<TensorInfo> inputs, Dictionary<Value, TensorInfo> outside,
        Func<Value, Shape?>? declared)
    {
        if (inputs.Count != body.Inputs.Count || declared is null && inputs.Any(input => !input.Shape.IsKnown)) return null;
        try
        {
            var known = Infer(body, body.Inputs.Zip(inputs), outside, declared);
            return [.. body.Outputs.Select(output => known.GetValueOrDefault(output) ?? new(output.Type, Shape.Unknown))];
        }
        catch (OctetException)
        {
            return null;
        }
    }

    /// <summary>The graphs of a node, which see the values around them.</summary>
    sealed class BodiesOf(Node node, Dictionary<Value, TensorInfo> outside, Func<Value, Shape?>? declared) : IBodyInference
    {
        public TensorInfo[]? Infer(string body, params TensorInfo[] inputs) =>
            InferBody((Graph)node.Attributes.Subgraph(body), inputs, outside, declared);
    }
}
