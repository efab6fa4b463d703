using Octet.Foundation;
using Octet.Graphs;
using Octet.Tensors;

namespace Octet.Running;

/// <summary>
/// Several samples side by side, step by step: every sample has passed a node before the next one begins, so that what all of them say of a
/// layer can change it before anybody reads its output.
/// </summary>
/// <remarks>
/// For each node call <see cref="Run"/> or <see cref="Multiply"/>, again and again if need be, and then <see cref="GoOn"/>; before that the
/// tensors may be changed. What is made of one sample does not depend on the number of threads.
/// </remarks>
sealed class LockstepRun : IDisposable
{
    readonly Session _session;
    readonly Execution[] _executions;
    readonly Tensor[][] _inputs;
    readonly int _threads;
    readonly Dictionary<Value, Life> _lives = [];
    readonly List<Value>[] _made;
    int _step;

    /// <summary>Where the value of the session's graph is in the plan, and from which step to which.</summary>
    readonly record struct Life(Value Place, int First, int Last);

    /// <param name="session">Its options say whether values may be changed.</param>
    /// <param name="plans">The plan for each sample; all have the same steps.</param>
    /// <param name="inputs">The inputs of each sample, in the order of the graph.</param>
    /// <param name="threads">How many samples are computed at once.</param>
    public LockstepRun(Session session, ExecutionPlan[] plans, Tensor[][] inputs, int threads)
    {
        (_session, _inputs, _threads) = (session, inputs, threads);
        Steps = plans[0].Steps;
        if (plans.Any(plan => !plan.Steps.Select(step => step.Node).SequenceEqual(Steps.Select(step => step.Node))))
        {
            throw new ArgumentException("Samples of different shapes go through different nodes.", nameof(plans));
        }
        _made = [.. Steps.Select(_ => new List<Value>())];
        var stepOf = Steps.Index().ToDictionary(entry => entry.Item.Node, entry => entry.Index);
        foreach (var (place, value) in plans[0].Lowered.WatchedAs)
        {
            var first = place.Producer is { } producer ? stepOf[producer] : -1;
            _lives[value] =
                new(place, first,
                    place.Producer is null && place.Constant is not null
                    ? int.MaxValue : plans[0].LastReader.GetValueOrDefault(place, Math.Max(first, 0)));
            if (first >= 0) _made[first].Add(value);
        }
        _executions = new Execution[plans.Length];
        try
        {
            for (var index = 0; index < plans.Length; index++)
            {
                _executions[index] = plans[index].Rent();
                _executions[index].Start(inputs[index], session.NewBudget(inputs[index]));
            }
        }
        catch (MemoryLimitException)
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The nodes that are not kept as they are, since only a whole run knows which of their graphs runs.</summary>
    public static IEnumerable<Node> NodesThatCannotRun(Graph graph) => graph.Nodes.Where(node => node.Subgraphs().Any());

    IReadOnlyList<Step> Steps { get; }

    /// <summary>How many samples run.</summary>
    public int Samples => _executions.Length;

    /// <summary>The node whose turn it is; null when all have run. Where nodes are not kept, it is one of the graph that really
    /// runs.</summary>
    public Node? Node => _step < Steps.Count ? Steps[_step].Node : null;

    /// <summary>The values of the session's graph that the node makes, as far as they are shown.</summary>
    public IReadOnlyList<Value> Made => _made[_step];

    /// <summary>Whether a value is there: from the turn of the node that makes it to the end of the turn of its last reader; then its
    /// memory is used again.</summary>
    public bool Holds(Value value) => _lives.TryGetValue(value, out var life) && life.First <= _step && _step <= life.Last;

    /// <summary>The tensors of a value that is there, one a sample; valid as long.</summary>
    /// <exception cref="InvalidOperationException">The value is not made yet, or its memory was given to others, or it is not
    /// shown.</exception>
    public IReadOnlyList<Tensor> this[Value value] =>
        Holds(value)
        ? Array.ConvertAll(_executions, execution => execution[_lives[value].Place])
        : throw new InvalidOperationException($"'{value.Name}' is not there.");

    /// <summary>Makes the outputs of the node.</summary>
    /// <param name="replaced">Operands in place of inputs; null leaves an optional input out.</param>
    /// <exception cref="NodeException">The node cannot work with what it is given.</exception>
    public void Run(params IReadOnlyList<(int Input, Tensor? Operand)> replaced) =>
        ForEachSample(index => _executions[index].RunStep(_step, replaced: replaced));

    /// <summary>Makes the output of a layer with other weights than it has, and without its bias.</summary>
    /// <param name="layer">The layer in the session's graph whose turn it is.</param>
    /// <param name="weights">In place of its weights.</param>
    public void Multiply(Node layer, Tensor weights)
    {
        if (Node!.Operator.Weights is { } facts)
        {
            Run(facts.BiasInput is { } bias && bias < Node.Inputs.Count
                ? [(facts.WeightInput, weights), (bias, null)] : [(facts.WeightInput, weights)]);
            return;
        }
        var packed = _session.OperatorFor(layer, weights, _step, _inputs[0]);
        ForEachSample(index => _executions[index].RunStep(_step, packed));
    }

    /// <summary>Lets the next node have its turn.</summary>
    public void GoOn() => _step++;

    /// <summary>The outputs by name, of each sample, in tensors of their own; once all nodes have run.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, Tensor>> Outputs() => Array.ConvertAll(_executions, execution =>
        _session.Graph.Outputs.Zip(execution.Results(), (value, tensor) => (value.Name, tensor.Clone())).ToDictionary());

    /// <summary>Calls <paramref name="work"/> with the index of each sample, on several threads.</summary>
    public void ForEachSample(Action<int> work) => ParallelWork.ForEach(Samples, _threads, work);

    /// <summary>Gives the buffers back to the session.</summary>
    public void Dispose()
    {
        foreach (var execution in _executions.OfType<Execution>()) execution.Plan.Return(execution);
    }
}
