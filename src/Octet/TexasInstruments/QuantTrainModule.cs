using Octet.Graphs;
using Octet.Numerics;
using Octet.Operators;
using Octet.Passes;
using Octet.Planning;
using Octet.Running;
using Octet.Tensors;
using Octet.Training;

namespace Octet.TexasInstruments;

/// <summary>
/// Trains a model as TI's QuantTrainModule does: wrap a model that still has its normalizations, <see cref="Train"/> once an epoch,
/// <see cref="Forward"/> and
/// <see cref="Step"/> for each batch, <see cref="Eval"/>, and take <see cref="Quantized"/>.
/// </summary>
/// <remarks>
/// Each layer with its normalization and activation computes twice: in floats, which gives the range and the gradient, and with weights and
/// biases that are merged with the running statistics and rounded, which gives the value. Ranges follow the batches (PACT2); no gradient
/// passes through rounding. The first batch limits the weights and puts them on their grid. From half of the epochs on normalizations keep
/// their statistics, and soon after ranges stay; validating freezes nothing. Source: TI edgeai-modeloptimization,
/// quantization/v1/quant_train_module.py; the freezing as in its release 8.
/// </remarks>
public sealed class QuantTrainModule : IDisposable
{
    readonly Model _model;
    readonly QuantModuleOptions _options;
    readonly IReadOnlyDictionary<string, Shape> _batch;
    readonly IReadOnlyList<TrainingLoss> _losses;
    readonly TrainingOptimizer _rule;
    readonly int _totalEpochs;
    readonly int _threads;
    Pact2TrainingGraph _graph;
    TrainingPlan _plan;
    OptimizerState _optimizer;
    Session? _simulated;
    int _epochs;
    long _batches;

    /// <param name="model">The float model, with its normalizations; it is not changed.</param>
    /// <param name="batch">Samples in a batch.</param>
    /// <param name="totalEpochs">How often <see cref="Train"/> will be called; decides when statistics and ranges stay.</param>
    /// <param name="losses">The terms of the loss; cross entropy with classes if left out.</param>
    /// <param name="optimizer">What <see cref="Step"/> does; plain gradient descent if left out.</param>
    /// <param name="options">Bits and rules of TI; those of the original if left out: bounds of activations give way to ranges, and only
    /// what TI rounds is rounded.</param>
    /// <param name="threads">Threads that share a batch; results do not depend on it.</param>
    /// <exception cref="OctetException">The model cannot be trained; the message names all that stands in the way.</exception>
    public QuantTrainModule(
        Model model, int batch, int totalEpochs, IReadOnlyList<TrainingLoss>? losses = null, TrainingOptimizer? optimizer = null,
        QuantModuleOptions? options = null, int threads = 1)
    {
        ArgumentNullException.ThrowIfNull(model);
        (_model, _totalEpochs, _threads) = (model, totalEpochs, threads);
        _options = options ?? new() { KeepBounds = false, CoverAll = false };
        (_losses, _rule) = (losses ?? [new ClassLoss()], optimizer ?? new SgdOptimizer(Momentum: 0));
        _batch = model.Graph.Inputs.ToDictionary(input => input.Name, input => input.Shape!.Fill((_, _) => batch).With(0, batch));
        (_graph, _plan) = Build(isFirstBatch: true, isNormalizationFixed: false, areRangesFixed: false);
        _optimizer = new(_rule, _plan.Parameters);
    }

    /// <summary>Whether <see cref="Forward"/> trains. True at first.</summary>
    public bool IsTraining { get; private set; } = true;

    /// <summary>The loss of the last batch that was trained with.</summary>
    public float Loss => _plan.Loss;

    /// <summary>All that is trained, with the gradients of the last batch.</summary>
    public IReadOnlyList<TrainingParameter> Parameters => _plan.Parameters;

    /// <summary>Begins an epoch. Normalizations keep their statistics once half of the epochs less one have passed, and ranges stay two
    /// epochs later.</summary>
    public void Train()
    {
        var (fixesNormalization, fixesRanges) = FixedIn(_epochs);
        if ((fixesNormalization, fixesRanges) != (_graph.IsNormalizationFixed, _graph.AreRangesFixed))
            Rebuild(_batches == 0, fixesNormalization, fixesRanges);
        _epochs++;
        IsTraining = true;
    }

    /// <summary>What stays in an epoch, 0 for the first, in which all moves.</summary>
    (bool Normalization, bool Ranges) FixedIn(int epoch) =>
        epoch == 0 ? (false, false) : (epoch >= _totalEpochs / 2 - 1, epoch >= _totalEpochs / 2 + 1);

    /// <summary>Takes up a run that has had some epochs and batches, whose state is put into <see cref="Plan"/> and
    /// <see cref="Optimizer"/> next.</summary>
    /// <param name="epochs">How often <see cref="Train"/> was called.</param>
    /// <param name="batches">How many batches were trained with.</param>
    internal void Resume(int epochs, long batches)
    {
        (_epochs, _batches) = (epochs, batches);
        var (fixesNormalization, fixesRanges) = FixedIn(Math.Max(0, epochs - 1));
        Rebuild(batches == 0, fixesNormalization, fixesRanges);
    }

    /// <summary>The step that trains; another one after some batches.</summary>
    internal TrainingPlan Plan => _plan;

    /// <summary>The moments of what is trained; others with another <see cref="Plan"/>.</summary>
    internal OptimizerState Optimizer => _optimizer;

    /// <summary>Lets <see cref="Forward"/> compute what the quantized model computes, and change nothing.</summary>
    public void Eval()
    {
        IsTraining = false;
        _simulated = null;
    }

    /// <summary>Runs a batch. In training mode it computes outputs, loss and gradients, and moves statistics and ranges; <see cref="Step"/>
    /// then changes the weights.</summary>
    /// <param name="inputs">The model's inputs by name.</param>
    /// <param name="targets">The target of each term of the loss; only for training.</param>
    /// <returns>What the quantized model gives, by name; in tensors of their own.</returns>
    /// <exception cref="OctetException">An input does not fit, or a value is not finite.</exception>
    public IReadOnlyDictionary<string, Tensor> Forward(IReadOnlyDictionary<string, Tensor> inputs, params IReadOnlyList<Tensor> targets)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(targets);
        if (!IsTraining) return (_simulated ??= new(Quantized.Simulate())).Run(inputs);
        if (targets.Count != _losses.Count)
            throw new TrainingException($"The loss has {_losses.Count} term(s), but {targets.Count} target(s) are given.");
        InputException.ThrowIfAnyDoesNotFit(_model.Graph, inputs);
        if (_batches == 1) Rebuild(isFirstBatch: false, _graph.IsNormalizationFixed, _graph.AreRangesFixed);
        foreach (var (name, tensor) in inputs) tensor.CopyTo(_plan.GetInput(name));
        foreach (var (term, target) in targets.Index()) target.CopyTo(_plan.GetTarget(term));
        if (_batches++ == 0) RunFirst();
        else _plan.Step();
        var outputs = _model.Graph.Outputs.Index().ToDictionary(output => output.Item.Name, output =>
            _plan.GetOutput(output.Index).Clone());
        foreach (var (weights, _, back) in _graph.Stored) _plan.GetInput(back).CopyTo(ElementsOf(weights));
        return outputs;
    }

    /// <summary>Changes the weights by the gradients of the last batch.</summary>
    /// <param name="rate">The learning rate.</param>
    public void Step(double rate) => _optimizer.Step(rate, rate);

    /// <summary>The trained model in floats, with normalizations folded, and <see cref="Pact2"/> where values are rounded.</summary>
    public Model Module
    {
        get
        {
            var (model, layers, activations) = Folded();
            return Pact2Model.Floats(model, layers, activations);
        }
    }

    /// <summary>The trained model with its integers.</summary>
    public QuantizedModel Quantized
    {
        get
        {
            var (model, layers, activations) = Folded();
            return Pact2Model.Quantized(model, _options, layers, activations);
        }
    }

    /// <summary>The average that each range is made of.</summary>
    internal ValueRange AverageOf(string name)
    {
        var state = _plan.States.First(state => state.Name == Pact2TrainingGraph.StateOf(name)).Elements;
        return new(state.Floats[0], state.Floats[1]);
    }

    (Pact2TrainingGraph, TrainingPlan) Build(bool isFirstBatch, bool isNormalizationFixed, bool areRangesFixed)
    {
        var graph = new Pact2TrainingGraph(_model.Graph, _options, isFirstBatch, isNormalizationFixed, areRangesFixed);
        // Rounded outputs have names of their own, in the places of the model's.
        var outputs = _model.Graph.Outputs.Zip(graph.Graph.Outputs).ToDictionary(pair => pair.First.Name, pair => pair.Second.Name);
        var losses = _losses.Select(
            loss => loss.Output is { } name && outputs.TryGetValue(name, out var own) ? loss with { Output = own } : loss);
        return (graph, new(graph.Graph, _batch, [.. losses], new() { BatchStatistics = false, Threads = _threads, States = graph.States }));
    }

    /// <summary>The same for other batches, going on from where it is.</summary>
    void Rebuild(bool isFirstBatch, bool isNormalizationFixed, bool areRangesFixed)
    {
        var old = _plan;
        var (moments, steps) = (_optimizer.Save().ToDictionary(moment => moment.Name, moment => moment.Elements), _optimizer.Steps);
        (_graph, _plan) = Build(isFirstBatch, isNormalizationFixed, areRangesFixed);
        foreach (var (parameter, from) in _plan.Parameters.Join(old.Parameters, to => to.Name, from => from.Name, (to, from) => (to, from)))
            from.Elements.CopyTo(parameter.Elements);
        foreach (var (state, from) in _plan.States.Join(old.States, to => to.Name, from => from.Name, (to, from) => (to, from)))
            from.Elements.CopyTo(state.Elements);
        _optimizer = new(_rule, _plan.Parameters);
        _optimizer.Load(steps, name => moments[name]);
        old.Dispose();
    }

    /// <summary>
    /// The first batch runs twice: once for the weights that are stored, and once more from the same states, with the way back through
    /// them, as TI's code has it, which replaces the weights between the two directions.
    /// </summary>
    void RunFirst()
    {
        var states = _plan.States.Select(state => state.Elements.Clone()).ToArray();
        _plan.Step();
        foreach (var (_, output, back) in _graph.Stored) _plan.GetOutput(output).CopyTo(_plan.GetInput(back));
        foreach (var (state, before) in _plan.States.Zip(states)) before.CopyTo(state.Elements);
        _plan.Step();
    }

    Tensor ElementsOf(string parameter) => _plan.Parameters.First(other => other.Name == parameter).Elements;

    (Model Model, Pact2Layer[] Layers, Pact2Activation[] Activations) Folded()
    {
        var copy = _model.With(_model.Graph.Clone());
        var states = _plan.States.ToDictionary(state => state.Name, state => state.Elements);
        _plan.CopyTo(copy.Graph);
        PassPipeline.Prepare.Apply(copy.Graph);
        if (!_options.KeepBounds) Pact2Model.DropBounds(copy.Graph);
        var activations = TiPlaces.Find(copy.Graph, _options)
            .Where(place => states.ContainsKey(Pact2TrainingGraph.StateOf(place.Value.Name)))
            .Select(place => new Pact2Spot(place, _options).At(states[Pact2TrainingGraph.StateOf(place.Value.Name)])).ToArray();
        return (copy, [.. copy.Graph.Layers().Select(node => new Pact2Layer(node, _options))], activations);
    }

    /// <summary>Gives the memory of the training step back.</summary>
    public void Dispose() => _plan.Dispose();
}
