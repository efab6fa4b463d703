using Octet.Graphs;
using Octet.Kernels;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Training;

/// <summary>
/// Lets images between convolutions lie with channels last, as the fast kernels read them, in a graph whose weights change: the counterpart
/// of what a session does with constant weights. Whatever is not replaced reads the original layout, which is then made.
/// </summary>
sealed class TrainingLayout
{
    readonly Graph _graph;
    readonly IReadOnlyDictionary<Value, TensorInfo> _infos;
    readonly int _threads;
    readonly Dictionary<Value, Value> _twins = [];

    TrainingLayout(Graph graph, IReadOnlyDictionary<Value, TensorInfo> infos, int threads) =>
        (_graph, _infos, _threads) = (graph, infos, threads);

    /// <param name="graph">The graph to rewrite; for batches of known shape.</param>
    /// <param name="infos">Type and shape of each value.</param>
    /// <param name="threads">How many threads a convolution may use.</param>
    public static void Apply(Graph graph, IReadOnlyDictionary<Value, TensorInfo> infos, int threads)
    {
        var pass = new TrainingLayout(graph, infos, threads);
        foreach (var node in graph.Nodes.ToArray())
        {
            if (!pass.Lower(node)) pass.MakeOriginals(node);
        }
        foreach (var output in graph.Outputs.ToArray()) pass.MakeOriginal(output, before: null);
    }

    bool Lower(Node node)
    {
        if (node.Inputs.Count == 0 || node.Inputs[0] is not { } x || node.Outputs[0] is null || !IsImage(node.Outputs[0]!)) return false;
        var rank = _infos[node.Outputs[0]!].Shape.Rank;
        if (node.Operator is Conv conv) return IsImage(x) && LowerConvolution(node, conv);
        if (ChannelsLastForm.OfBroadcasting(node.Operator, rank) is { } joining) return LowerJoining(node, joining, rank);
        if (!_twins.TryGetValue(x, out var twin)) return false;
        return node.Operator switch
        {
            BatchNormalization norm => Replace(node, new ChannelsLastBatchNormalization(norm.Epsilon), [twin, .. node.Inputs.Skip(1)]),
            TrainingBatchNormalization norm =>
                Replace(node, new ChannelsLastTrainingBatchNormalization(norm.Epsilon, norm.Momentum), [twin, .. node.Inputs.Skip(1)]),
            MaxPool pool when node.Outputs.Count == 1 => Replace(node, new ChannelsLastMaxPool(Pooling(x, pool.Window)), [twin]),
            AveragePool pool => Replace(node, new ChannelsLastAveragePool(Pooling(x, pool.Window), pool.CountsPadding), [twin]),
            GlobalAveragePool =>
                Replace(node,
                    new ChannelsLastGlobalAveragePool(Pooling(x, new([.. _infos[x].Shape[2..]], null, null, null, AutoPadding.None))),
                    [twin]),
            _ => ChannelsLastForm.OfOneImage(node.Operator, rank) is { } form && Replace(node, form, [twin, .. node.Inputs.Skip(1)]),
        };
    }

    bool LowerConvolution(Node node, Conv conv)
    {
        var (image, weights) = (_infos[node.Inputs[0]!].Shape, _infos[node.Inputs[1]!].Shape);
        var kernel = new TrainedConvolution(image[1], weights[0], conv.Groups, conv.Window.Over(image, weights[2..]), _threads);
        return Replace(node, new TrainedConv(kernel), [Twin(node.Inputs[0]!, node), .. node.Inputs.Skip(1)]);
    }

    /// <summary>Operators whose operands are all such images, or constants that are broadcast to them.</summary>
    bool LowerJoining(Node node, Operator op, int rank)
    {
        if (!node.Inputs.Any(input => input is not null && _twins.ContainsKey(input))) return false;
        if (!node.Inputs.All(input => input is null || _twins.ContainsKey(input) || input.Constant is not null)) return false;
        return Replace(node, op,
            [.. node.Inputs.Select(input => input is null ? null : _twins.GetValueOrDefault(input) ?? ConstantTwin(input, rank))]);
    }

    Value ConstantTwin(Value value, int rank) => value.Constant!.Length == 1 ? value
        : _graph.AddConstant(_graph.UniqueName($"{value.Name}.channels_last"), ChannelsLastLayout.Broadcastable(value.Constant, rank));

    bool Replace(Node node, Operator op, IEnumerable<Value?> inputs)
    {
        var outputs = node.Outputs.ToArray();
        var others = outputs.Skip(1).ToArray();
        var heir = _graph.Add(op, inputs.ToArray(),
            [NewTwin(outputs[0]!),
                .. others.Length > 0 && op is Split ? others.Select(output => output is null ? null : NewTwin(output)) : []],
                name: node.Name, before: node);
        _graph.Remove(node);
        for (var i = 0; op is not Split && i < others.Length; i++) heir.SetOutput(i + 1, others[i]);
        return true;
    }

    Value Twin(Value value, Node reader)
    {
        if (_twins.TryGetValue(value, out var known)) return known;
        var twin = NewTwin(value);
        _graph.Add(new ToChannelsLast(), [value], [twin], name: twin.Name, before: reader);
        return twin;
    }

    Value NewTwin(Value value) => _twins[value] = _graph.NewValue(_graph.UniqueName($"{value.Name}.channels_last"));

    void MakeOriginals(Node reader)
    {
        foreach (var input in reader.Inputs.OfType<Value>().Distinct().ToArray()) MakeOriginal(input, reader);
    }

    void MakeOriginal(Value value, Node? before)
    {
        if (value.Producer is null && !value.IsGraphInput && value.Constant is null && _twins.TryGetValue(value, out var twin))
        {
            _graph.Add(new ToChannelsFirst(), [twin], [value], name: $"{value.Name}.channels_first", before: before);
        }
    }

    static ChannelsLastPooling Pooling(Shape image, SlidingWindow window) => new(image[1], window.Over(image, window.Kernel));

    ChannelsLastPooling Pooling(Value image, SlidingWindow window) => Pooling(_infos[image].Shape, window);

    bool IsImage(Value value) =>
        _infos.TryGetValue(value, out var info)
        && info is { Type: DataType.Float32, Value: null, Shape: { IsKnown: true, Length: > 0, Rank: 4 } };
}
