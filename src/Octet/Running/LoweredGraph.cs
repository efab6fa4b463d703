using Octet.Graphs;
using Octet.Lowering;
using Octet.Operators;
using Octet.Passes;
using Octet.Tensors;

namespace Octet.Running;

/// <summary>The graph that really runs: a copy in which everything is done beforehand that can be, and what its values are called
/// outside.</summary>
sealed class LoweredGraph
{
    readonly PackedWeights _weights;
    readonly SessionOptions _options;

    LoweredGraph(Graph graph, IReadOnlyDictionary<Value, Value> watchedAs, SessionOptions options, PackedWeights weights)
    {
        Graph = graph;
        WatchedAs = watchedAs;
        _options = options;
        _weights = weights;
    }

    public Graph Graph { get; }

    /// <summary>How many threads one run may use.</summary>
    public int Threads => _options.EffectiveThreads;

    /// <summary>Whether what a run makes may be changed before it goes on.</summary>
    public bool ChangesValues => _options.ChangesValues;

    /// <summary>For each value that is to be watched: the value of the original graph that it stands for.</summary>
    public IReadOnlyDictionary<Value, Value> WatchedAs { get; }

    /// <summary>Does what can be done for inputs of any shape.</summary>
    /// <exception cref="NodeException">A node lacks an input.</exception>
    public static LoweredGraph Of(Graph original, SessionOptions options)
    {
        foreach (var node in original.Nodes) CheckInputs(node);
        if (options.KeepsNodes) return new(original, original.Values.ToDictionary(value => value), options, new());

        var graph = original.Clone(out var copies);
        if (options.Watched.FirstOrDefault(value => !copies.Has(value)) is { } foreign)
        {
            throw new ArgumentException($"'{foreign.Name}' is to be watched, but is no value of graph '{original.Name}' itself: of "
                + "another graph, of a body of If, Loop or Scan, or taken out of this one.", nameof(options));
        }
        foreach (var ((node, input), elements) in options.Replaced)
        {
            copies[node].SetInput(input, elements is null ? null : graph.AddConstant(graph.UniqueName(node.Inputs[input]!.Name), elements));
        }
        if (options.ComputesInIntegers && options.Watched.Count == 0 && IntegerLowering.AppliesTo(graph))
        {
            new FoldConstants().Apply(graph);
            IntegerLowering.Apply(graph);
        }
        new FoldConstants { UnpackWeights = true }.Apply(graph);
        var watchedAs = options.Watched.ToDictionary(value => Folded(copies[value]));
        BodyLowering.Apply(graph, options);
        new FoldBatchNormalization { Kept = watchedAs.Keys.ToHashSet() }.Apply(graph);
        return new(graph, watchedAs, options, new());

        // What was folded lives on as a constant of the same name.
        Value Folded(Value value) =>
            value is { Producer: null, Constant: null, IsGraphInput: false }
            ? graph.Constants.First(constant => constant.Name == value.Name) : value;
    }

    /// <summary>Does in another copy what can be done only when shapes are known.</summary>
    public LoweredGraph For(IReadOnlyList<Tensor> inputs)
    {
        if (_options.KeepsNodes) return this;

        var graph = Graph.Clone(out var copies);
        var watchedAs = WatchedAs.ToDictionary(entry => copies[entry.Key], entry => entry.Value);
        var (infos, watched) = (InfosOf(graph, inputs), watchedAs.Keys.ToHashSet());
        QuantizationPairs.Fuse(graph, infos, watched);
        if (watched.Count == 0 && IntegerTables.Merge(graph, infos)) new RemoveUnused().Apply(graph);
        var twins = ChannelsLastLowering.Apply(graph, infos, watched, _options.ShowsAnyLayout, _weights);
        return new(graph, watchedAs.ToDictionary(entry => Shown(twins.GetValueOrDefault(entry.Key, entry.Key)), entry => entry.Value),
            _options, _weights);

        // Who changes an image changes the one that the other layout is made of.
        Value Shown(Value value) =>
            ChangesValues && value.Producer is { Operator: ToChannelsFirst } reordering ? reordering.Inputs[0]! : value;
    }

    /// <summary>Once, so that no later stage meets a node without what it needs; shapes may show too late for inference to find
    /// that.</summary>
    static void CheckInputs(Node node)
    {
        var inputs = node.Inputs.Select(input => input is null ? null! : Something).ToArray();
        try
        {
            node.Operator.CheckRequired(inputs);
        }
        catch (OperatorException problem)
        {
            throw NodeException.During(node, inputs, problem);
        }
    }

    static readonly TensorInfo Something = new(DataType.Undefined, Shape.Unknown);

    /// <summary>What is known of each value when the graph runs on inputs of these types and shapes.</summary>
    public static Dictionary<Value, TensorInfo> InfosOf(Graph graph, IReadOnlyList<Tensor> inputs) =>
        ShapeInference.Infer(graph, graph.Inputs.Zip(inputs, (value, tensor) => (value, new TensorInfo(tensor.Type, tensor.Shape))));
}
