using Octet.Graphs;
using Octet.Numerics;
using Octet.Operators;
using Octet.Running;
using Octet.Tensors;

namespace Octet.Training;

/// <summary>What is trained, and how a step runs.</summary>
public sealed record TrainingPlanOptions
{
    /// <summary>Whether batch normalizations take the statistics of the batch and follow them with their running ones; else they stay as
    /// they are.</summary>
    public bool BatchStatistics { get; init; } = true;

    /// <summary>What becomes of the scales of quantizers.</summary>
    public QuantizerTraining Quantizers { get; init; }

    /// <summary>Which constants stay as they are, by name.</summary>
    public Func<string, bool> Frozen { get; init; } = Nothing;

    /// <summary>How far a learned scale or threshold may move from its start, in powers of two; greater than zero.</summary>
    public double QuantizerReach { get; init; } = double.PositiveInfinity;

    /// <summary>How many threads a step may use; results do not depend on it.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>
    /// Whether an optimizer sees weights in steps of their quantizers instead of in their own unit, so that one learning rate suits layers
    /// of all sizes and any number of bits: a weight of a sum of n products moves by rate · step / √n. Biases then count in the steps of
    /// their layer's weights, and weights without a quantizer in steps of eight bits.
    /// </summary>
    public bool RatesInSteps { get; init; }

    static Func<string, bool> Nothing { get; } = _ => false;

    /// <summary>Inputs of the network that are states: the name of the output that brings each up to date, and what it holds at
    /// first.</summary>
    internal IReadOnlyDictionary<string, (string Output, Tensor Elements)> States { get; init; } =
        new Dictionary<string, (string, Tensor)>();

    /// <summary>Whether images lie with channels last, for the fast kernels; the plain form is for tests.</summary>
    internal bool ChannelsLast { get; init; } = true;

    /// <summary>How much memory the values of one step may take. A <see cref="Trainer"/> divides batches that take more, unless
    /// normalizations need all of a batch at once.</summary>
    public long MaxBytes { get; init; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
}

/// <summary>
/// Training steps of one network on batches of one shape: forward, loss and gradients by one plan, whose buffers live as long as either
/// direction needs them.
/// </summary>
/// <remarks>
/// A step changes no weights: an optimizer does, in place, through <see cref="Parameters"/>. After the first, a step allocates nothing.
/// Every result has the same bits for any number of threads. For one thread of the caller at a time.
/// </remarks>
public sealed class TrainingPlan : IDisposable
{
    readonly TrainingGraph _training;
    readonly BoundRun _run;
    readonly Dictionary<string, Tensor> _inputs;
    readonly int[] _gradientPlaces;
    readonly int[] _statePlaces;
    readonly int _lossPlace;
    IReadOnlyList<Tensor> _results = [];

    /// <param name="network">The network, with <c>FakeQuantize</c> nodes where values are rounded; it is not changed.</param>
    /// <param name="batch">The shape of each input of the network, batch included.</param>
    /// <param name="losses">The terms of the loss.</param>
    /// <param name="options">What is trained, and how.</param>
    /// <exception cref="MissingGradientException">Names all nodes between weights and loss that have no gradient.</exception>
    /// <exception cref="OctetException">Shapes do not fit, or the values take more memory than is allowed.</exception>
    public TrainingPlan(Graph network, IReadOnlyDictionary<string, Shape> batch, IReadOnlyList<TrainingLoss> losses,
        TrainingPlanOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(losses);
        options ??= new();
        _training = new(network, batch, losses, options);
        var graph = _training.Graph;
        _inputs = graph.Inputs.ToDictionary(input => input.Name,
            input => new Tensor(input.Type, batch.TryGetValue(input.Name, out var shape) ? shape : input.Shape!.Fill((_, _) => 1)));
        foreach (var (parameter, input) in _training.Parameters) _inputs[input.Name] = parameter.Elements;
        foreach (var (state, input, _) in _training.States) _inputs[input.Name] = state.Elements;

        var places = graph.Outputs.Index().DistinctBy(entry => entry.Item).ToDictionary(entry => entry.Item, entry => entry.Index);
        _gradientPlaces = [.. _training.Gradients.Select(gradient => gradient is null ? -1 : places[gradient])];
        _statePlaces = [.. _training.States.Select(state => places[state.Updated])];
        _lossPlace = places[_training.Loss];
        _run = new Session(graph, new() { Threads = options.Threads, MaxBytes = options.MaxBytes }).Bind(_inputs);
    }

    /// <summary>All tensors that training changes, with the gradients of the last step.</summary>
    public IReadOnlyList<TrainingParameter> Parameters => [.. _training.Parameters.Select(entry => entry.Parameter)];

    /// <summary>Running statistics, which each step brings up to date.</summary>
    internal IReadOnlyList<TrainingState> States => [.. _training.States.Select(entry => entry.State)];

    /// <summary>All tensors that a run has to keep: what is trained, then running statistics.</summary>
    internal IEnumerable<Tensor> State =>
        Parameters.Select(parameter => parameter.Elements).Concat(States.Select(state => state.Elements));

    /// <summary>The present scales and zero points of each quantizer, by the name of its node.</summary>
    public IReadOnlyDictionary<string, QuantizationParameters> Quantizers =>
        _training.Quantizers.Present.ToDictionary(entry => entry.Name, entry => entry.Parameters);

    /// <summary>The loss of the last step.</summary>
    public float Loss { get; private set; }

    /// <summary>An input of the network, to be filled before a step.</summary>
    public Tensor GetInput(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _inputs[name];
    }

    /// <summary>What is given to a term of the loss: classes, or the outputs of a teacher; to be filled before a step.</summary>
    public Tensor GetTarget(int term) => _inputs[_training.Targets[term]];

    /// <summary>An output of the network in the last step; valid until the next.</summary>
    public Tensor GetOutput(int index) => _results[index];

    /// <summary>Computes loss and gradients for what <see cref="GetInput"/> and <see cref="GetTarget"/> hold, and brings running statistics
    /// up to date.</summary>
    /// <returns>The loss.</returns>
    public float Step()
    {
        _results = _run.Run();
        for (var i = 0; i < _gradientPlaces.Length; i++)
        {
            var gradient = _training.Parameters[i].Parameter.Gradient;
            if (_gradientPlaces[i] >= 0) _results[_gradientPlaces[i]].CopyTo(gradient);
            else gradient.Bytes.Clear();
        }
        for (var i = 0; i < _statePlaces.Length; i++) _results[_statePlaces[i]].CopyTo(_training.States[i].State.Elements);
        return Loss = _results[_lossPlace].Floats[0];
    }

    /// <summary>Puts the present parameters and running statistics into a network, by name.</summary>
    /// <param name="network">The network that was given, or a copy; its constants and quantizers change.</param>
    public void CopyTo(Graph network)
    {
        ArgumentNullException.ThrowIfNull(network);
        var quantizers = Quantizers;
        foreach (var node in network.Find<FakeQuantize>().Where(node => quantizers.ContainsKey(node.Name)))
        {
            var heir = network.Add(new FakeQuantize(quantizers[node.Name]), node.Inputs.ToArray(), [], name: node.Name, domain: node.Domain,
                before: node);
            network.RemoveInFavourOf(node, heir);
        }
        var elements = Parameters.Select(parameter => (parameter.Name, parameter.Elements))
            .Concat(States.Select(state => (state.Name, state.Elements))).ToDictionary();
        foreach (var constant in network.Constants)
        {
            if (elements.TryGetValue(constant.Name, out var trained)) constant.Constant = trained.Clone();
        }
    }

    /// <summary>Gives the memory of the step back.</summary>
    public void Dispose() => _run.Dispose();
}
