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
public sealed class Session
{
    /// <summary>Inputs that grow from run to run, as in a loop that builds a list, leave a plan behind each time; with so many, all are
    /// forgotten.</summary>
    const int MaxPlans = 64;

    readonly ConcurrentDictionary<ShapeKey, ExecutionPlan> _plans = new();
    readonly LoweredGraph _lowered;
    readonly SessionOptions _options;
    readonly BufferStore _store;

    /// <summary>Makes a graph ready to run.</summary>
    /// <param name="graph">Not to be changed as long as the session is used.</param>
    /// <param name="options">Bounds and threads; null for the usual ones.</param>
    /// <param name="modelName">What messages call the model.</param>
    /// <exception cref="UnsupportedOperatorsException">Names all operators that Octet cannot run.</exception>
    public Session(Graph graph, SessionOptions? options = null, string modelName = "model")
    {
        Graph = graph;
        var missing = AllNodes(graph).Where(node => node.Operator is UnsupportedOperator).Select(node => (node.OpType, node.Label))
            .ToArray();
        if (missing.Length > 0) throw new UnsupportedOperatorsException(modelName, graph.Opset, missing);
        _options = options ?? new();
        _store = _options.Store ?? new(_options.MaxBytes);
        _lowered = LoweredGraph.Of(graph, _options with { Store = _store });
    }

    /// <summary>The graph that was given.</summary>
    public Graph Graph { get; }

    /// <summary>Runs the graph once.</summary>
    /// <param name="inputs">A tensor for each input of the graph, by name.</param>
    /// <param name="watcher">Sees the values named in <see cref="SessionOptions.Watched"/>.</param>
    /// <returns>The outputs by name, in tensors of their own.</returns>
    /// <exception cref="InputException">Inputs are missing, unknown, or of the wrong type or shape; the message names all of
    /// them.</exception>
    /// <exception cref="NodeException">A node cannot work with what it is given.</exception>
    public IReadOnlyDictionary<string, Tensor> Run(IReadOnlyDictionary<string, Tensor> inputs, IValueWatcher? watcher = null)
    {
        var results = new Dictionary<string, Tensor>(Graph.Outputs.Count);
        Run(inputs, watcher, outputs =>
        {
            foreach (var (value, tensor) in Graph.Outputs.Zip(outputs)) results[value.Name] = tensor.Clone();
        });
        return results;
    }

    /// <summary>Runs the graph once and lends the outputs, in the order of the graph, to <paramref name="take"/>; they are valid only
    /// during that call.</summary>
    public void Run(IReadOnlyDictionary<string, Tensor> inputs, IValueWatcher? watcher, Action<IReadOnlyList<Tensor>> take)
    {
        using var run = Bind(inputs);
        take(run.Run(watcher));
    }

    /// <summary>Prepares runs on these very tensors, whose elements may change from one run to the next: what allocates nothing once it
    /// runs.</summary>
    /// <param name="inputs">A tensor for each input of the graph, by name.</param>
    /// <exception cref="InputException">Inputs are missing, unknown, or of the wrong type or shape; the message names all of
    /// them.</exception>
    public BoundRun Bind(IReadOnlyDictionary<string, Tensor> inputs)
    {
        var ordered = Order(inputs);
        return new(PlanFor(ordered), ordered, new(_options.MaxBodyRuns, _store));
    }

    /// <summary>Runs a graph that is part of another, which has checked the inputs.</summary>
    internal Tensor[] RunBody(Tensor[] inputs, BodyBudget budget)
    {
        var plan = PlanFor(inputs);
        var execution = plan.Rent();
        try
        {
            return Array.ConvertAll(execution.Run(inputs, watcher: null, budget), output => output.Clone());
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
