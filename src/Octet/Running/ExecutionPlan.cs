using Octet.Graphs;
using Octet.Lowering;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Running;

/// <summary>
/// Everything about running a graph on inputs of given shapes that does not depend on their elements: which nodes run in which order,
/// which results are known already, and which buffer holds which value while it is needed. Immutable; shared by all threads.
/// </summary>
sealed class ExecutionPlan
{
    ExecutionPlan(LoweredGraph lowered, Step[] steps, BufferPlan memory, IReadOnlyDictionary<Value, Tensor> known, BufferStore store)
    {
        Lowered = lowered;
        Steps = steps;
        (BufferBytes, LastReader) = (memory.BufferBytes, memory.LastReader);
        Known = known;
        Bytes = BufferBytes.Sum();
        Store = store;
    }

    public LoweredGraph Lowered { get; }

    public IReadOnlyList<Step> Steps { get; }

    /// <summary>How many threads one run may use.</summary>
    public int Threads => Lowered.Threads;

    /// <summary>The size of each buffer that one execution needs.</summary>
    public IReadOnlyList<long> BufferBytes { get; }

    /// <inheritdoc cref="BufferPlan.LastReader"/>
    public IReadOnlyDictionary<Value, int> LastReader { get; }

    /// <summary>Constants, and values that follow from the shapes alone.</summary>
    public IReadOnlyDictionary<Value, Tensor> Known { get; }

    /// <summary>The watched values that no step makes: constants, and what follows from them or from the
    /// shapes.</summary>
    public IEnumerable<Value> WatchedKnown =>
        Known.Keys.Where(Lowered.WatchedAs.ContainsKey).Except(Steps.SelectMany(step => step.Watched));

    /// <summary>All buffers of one execution together.</summary>
    public long Bytes { get; }

    /// <summary>Where memory is counted.</summary>
    public BufferStore Store { get; }

    /// <summary>Idle executions; only the store uses the list.</summary>
    public IdleExecutions Idle { get; } = new();

    /// <summary>Whether this plan is out of use; only the store uses it.</summary>
    public bool IsForgotten { get; set; }

    /// <summary>An idle execution.</summary>
    /// <exception cref="MemoryLimitException">There is no room for it.</exception>
    public Execution Rent() => Store.Rent(this);

    public void Return(Execution execution)
    {
        execution.Forget();
        Store.Return(execution);
    }

    /// <exception cref="NodeException">A node cannot take the shapes it would be given.</exception>
    /// <exception cref="MemoryLimitException">The values would take more than <paramref name="maxBytes"/>.</exception>
    public static ExecutionPlan Create(LoweredGraph original, IReadOnlyList<Tensor> inputs, long maxBytes, BufferStore store)
    {
        var lowered = original.For(inputs);
        var graph = lowered.Graph;
        var infos = LoweredGraph.InfosOf(graph, inputs);
        var known = infos.Where(info => info.Value.Value is not null && !(lowered.ChangesValues && info.Key.Producer is not null))
            .ToDictionary(info => info.Key, info => info.Value.Value!);

        var running =
            graph.Nodes.Where(node => lowered.ChangesValues || node.Outputs.Any(output => output is not null && !known.ContainsKey(output)))
            .ToArray();
        var memory = new BufferPlan(graph, running, infos, sharesMemory: !lowered.ChangesValues);
        MemoryLimitException.ThrowIfAbove(maxBytes, memory.BufferBytes.Sum(), $"The values of graph '{graph.Name}'");
        var steps = running.Select(node => new Step(
            node,
            node.Outputs.All(output => output is null || memory.PlaceOf.ContainsKey(output)) ? Prepared(node, infos) : node.Operator,
            [.. node.Outputs.Select(output => output is not null && memory.PlaceOf.TryGetValue(output, out var place) ? place : null)],
            [.. node.Outputs.OfType<Value>().Where(lowered.WatchedAs.ContainsKey)]));
        return new(lowered, [.. steps], memory, known, store);
    }

    /// <summary>The operator for the inputs that the node will have. Only nodes whose outputs are known are asked, so nothing about them is
    /// wrong.</summary>
    static Operator Prepared(Node node, Dictionary<Value, TensorInfo> infos)
    {
        if (node.Inputs.Any(input => input is not null && !infos.ContainsKey(input))) return node.Operator;
        var inputs = node.Inputs.Select(input => input is null ? null! : infos[input]).ToArray();
        try
        {
            return node.Operator.PreparedFor(inputs);
        }
        catch (OctetException problem)
        {
            throw NodeException.During(node, inputs, problem);
        }
    }
}

/// <summary>One node in a plan.</summary>
/// <param name="Node">What runs.</param>
/// <param name="Operator">The node's operator, with what follows from the shapes worked out.</param>
/// <param name="Places">Where each output goes; null where its shape is not known before the run, or it is not read.</param>
/// <param name="Watched">The outputs that are watched.</param>
sealed record Step(Node Node, Operator Operator, IReadOnlyList<Place?> Places, IReadOnlyList<Value> Watched);

/// <summary>A tensor of known type and shape at the start of a buffer.</summary>
sealed record Place(int Buffer, DataType Type, Shape Shape);
