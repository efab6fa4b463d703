using System.Collections.Concurrent;
using Octet.Graphs;
using Octet.Lowering;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Running;

/// <summary>A graph made ready to run, again and again and from several threads at once.</summary>
/// <remarks>
/// For each combination of input shapes a plan is made once; it holds all that can be known beforehand. Each thread that runs takes a set
/// of buffers, used before or new, so that runs never wait for each other.
/// </remarks>
public sealed class Session : IModelRunner
{
    /// <summary>Inputs that grow from run to run, as in a loop that builds a list, leave a plan behind each time; with so many, all are
    /// forgotten.</summary>
    const int MaxPlans = 64;

    readonly ConcurrentDictionary<ShapeKey, ExecutionPlan> _plans = new();
    readonly LoweredGraph _lowered;
    readonly SessionOptions _options;
    readonly BufferStore _store;
    readonly ConcurrentDictionary<Node, (Tensor Weights, Operator Operator)> _repacked = new();
    readonly long _constantBytes;

    /// <summary>Makes a graph ready to run.</summary>
    /// <param name="graph">Not to be changed as long as the session is used.</param>
    /// <param name="options">Bounds and threads; null for the usual ones.</param>
    /// <param name="modelName">What messages call the model.</param>
    /// <exception cref="UnsupportedOperatorsException">Names all operators that Octet cannot run.</exception>
    public Session(Graph graph, SessionOptions? options = null, string modelName = "model")
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(modelName);
        Graph = graph;
        ThrowIfUnsupported(graph, modelName);
        _options = options ?? new();
        _store = _options.Store ?? new(_options.MaxBytes);
        _constantBytes = ConstantBytes(graph);
        _lowered = LoweredGraph.Of(graph, _options with { Store = _store });
    }

    /// <summary>Some nodes alone, to be run on values that were recorded: what they read and do not make are the inputs, by the names of
    /// those values.</summary>
    /// <param name="nodes">Nodes of one graph, in its order, without graphs inside.</param>
    /// <param name="output">What the session gives.</param>
    /// <param name="replaced">Elements in place of those of constants.</param>
    internal static Session Alone(IReadOnlyList<Node> nodes, Value output, IReadOnlyDictionary<Value, Tensor> replaced)
    {
        var copies = GraphCopy.Alone(nodes);
        copies.Graph.AddOutput(copies[output]);
        foreach (var (constant, elements) in replaced) copies[constant].Constant = elements;
        return new(copies.Graph);
    }

    /// <summary>The graph that was given.</summary>
    public Graph Graph { get; }

    /// <summary>Runs the graph once.</summary>
    /// <param name="inputs">A tensor for each input of the graph, by name.</param>
    /// <returns>The outputs by name, in tensors of their own.</returns>
    /// <exception cref="InputException">Inputs are missing, unknown, or of the wrong type or shape; the message names all of
    /// them.</exception>
    /// <exception cref="NodeException">A node cannot work with what it is given.</exception>
    public IReadOnlyDictionary<string, Tensor> Run(IReadOnlyDictionary<string, Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        var results = new Dictionary<string, Tensor>(Graph.Outputs.Count);
        Run(inputs, outputs =>
        {
            foreach (var (value, tensor) in Graph.Outputs.Zip(outputs)) results[value.Name] = tensor.Clone();
        });
        return results;
    }

    /// <inheritdoc/>
    public void Run(IReadOnlyDictionary<string, Tensor> inputs, Action<IReadOnlyList<Tensor>> take)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(take);
        using var run = Bind(inputs);
        take(run.Run());
    }

    /// <inheritdoc/>
    public IEnumerable<(Value Value, Tensor Tensor)> Watch(IReadOnlyDictionary<string, Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return Shown();

        IEnumerable<(Value, Tensor)> Shown()
        {
            using var run = Bind(inputs);
            run.Start();
            while (run.NextWatched() is { } made) yield return made;
        }
    }

    /// <summary>Prepares runs on these very tensors, whose elements may change from one run to the next: what allocates nothing once it
    /// runs.</summary>
    /// <param name="inputs">A tensor for each input of the graph, by name.</param>
    /// <exception cref="InputException">Inputs are missing, unknown, or of the wrong type or shape; the message names all of
    /// them.</exception>
    public BoundRun Bind(IReadOnlyDictionary<string, Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        var ordered = Order(inputs);
        return new(PlanFor(ordered), ordered, NewBudget(ordered));
    }

    /// <summary>Begins a run of several samples side by side, which stops at each node.</summary>
    /// <param name="samples">The graph's inputs by name, of each sample.</param>
    /// <param name="threads">How many samples are computed at once.</param>
    /// <exception cref="InputException">Inputs are missing, unknown, or of the wrong type or shape; the message names all of
    /// them.</exception>
    internal LockstepRun Begin(IReadOnlyList<IReadOnlyDictionary<string, Tensor>> samples, int threads)
    {
        // What may be changed are copies.
        var inputs = samples.Select(sample => Array.ConvertAll(Order(sample), tensor => tensor.Clone())).ToArray();
        return new(this, [.. inputs.Select(PlanFor)], inputs, threads);
    }

    /// <summary>A bound for the graphs inside nodes, for one run.</summary>
    internal BodyBudget NewBudget(Tensor[] inputs) =>
        new(_options.MaxBodyRuns, _store, _options.MaxKept(_constantBytes + inputs.Sum(OperandMemory.Of)));

    /// <summary>The operator by which a step computes a layer with other weights and without its bias; null if it is the step's
    /// own.</summary>
    /// <param name="layer">A node of <see cref="Graph"/>.</param>
    /// <param name="weights">In place of its weights.</param>
    /// <param name="step">The step's index in the plan.</param>
    /// <param name="inputs">Inputs of the shapes that the plan is for.</param>
    internal Operator? OperatorFor(Node layer, Tensor weights, int step, Tensor[] inputs)
    {
        var facts = layer.Operator.Weights!;
        var replaced = new Dictionary<(Node, int), Tensor?>(_options.Replaced) { [(layer, facts.WeightInput)] = weights };
        if (facts.BiasInput is { } bias && layer.InputOrNull(bias) is not null) replaced[(layer, bias)] = null;
        if (replaced.All(entry => _options.Replaced.TryGetValue(entry.Key, out var own) && own == entry.Value)) return null;

        if (_repacked.TryGetValue(layer, out var known) && known.Weights == weights) return known.Operator;
        var op = new Session(Graph, _options with { Replaced = replaced }).PlanFor(inputs).Steps[step].Operator;
        _repacked[layer] = (weights, op);
        return op;
    }

    /// <summary>Runs a graph that is part of another, which has checked the inputs.</summary>
    internal Tensor[] RunBody(Tensor[] inputs, BodyBudget budget)
    {
        var plan = PlanFor(inputs);
        var execution = plan.Rent();
        try
        {
            return Array.ConvertAll(execution.Run(inputs, budget), output => output.Clone());
        }
        finally
        {
            plan.Return(execution);
        }
    }

    ExecutionPlan PlanFor(Tensor[] inputs)
    {
        var key = ShapeKey.Of(inputs);
        if (_plans.TryGetValue(key, out var plan)) return plan;
        if (_plans.Count >= MaxPlans)
        {
            foreach (var known in _plans.Keys)
            {
                if (_plans.TryRemove(known, out var forgotten)) _store.Forget(forgotten);
            }
        }
        return _plans.GetOrAdd(key, static (_, state) => ExecutionPlan.Create(state._lowered, state.inputs, state.MaxBytes, state._store),
            (_lowered, inputs, _options.MaxBytes, _store));
    }

    static long ConstantBytes(Graph graph) =>
        graph.Constants.Sum(constant => OperandMemory.Of(constant.Constant!))
        + graph.Nodes.SelectMany(node => node.Subgraphs()).Sum(ConstantBytes);

    /// <exception cref="UnsupportedOperatorsException">Names all operators that Octet cannot run.</exception>
    internal static void ThrowIfUnsupported(Graph graph, string modelName)
    {
        var missing = AllNodes(graph).Where(node => node.Operator is UnsupportedOperator).Select(node => (node.OpType, node.Label))
            .ToArray();
        if (missing.Length > 0) throw new UnsupportedOperatorsException(modelName, graph.Opset, missing);
    }

    static IEnumerable<Node> AllNodes(Graph graph) =>
        graph.Nodes.Concat(graph.Nodes.SelectMany(node => node.Subgraphs()).SelectMany(AllNodes));

    Tensor[] Order(IReadOnlyDictionary<string, Tensor> inputs)
    {
        InputException.ThrowIfAnyDoesNotFit(Graph, inputs);
        return [.. Graph.Inputs.Select(input => inputs[input.Name])];
    }
}

/// <summary>Types and shapes of all inputs of one run.</summary>
sealed class ShapeKey : IEquatable<ShapeKey>
{
    readonly (DataType Type, Shape Shape)[] _inputs;
    readonly int _hash;

    ShapeKey((DataType, Shape)[] inputs)
    {
        _inputs = inputs;
        var hash = new HashCode();
        foreach (var input in inputs) hash.Add(input);
        _hash = hash.ToHashCode();
    }

    public static ShapeKey Of(Tensor[] inputs) => new(Array.ConvertAll(inputs, input => (input.Type, input.Shape)));

    public bool Equals(ShapeKey? other) => other is not null && _inputs.AsSpan().SequenceEqual(other._inputs);

    public override bool Equals(object? obj) => Equals(obj as ShapeKey);

    public override int GetHashCode() => _hash;
}
