using System.Diagnostics;
using Octet.Graphs;
using Octet.Running;
using Octet.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Octet.Training;

/// <summary>
/// Trains a network: the same graph that runs and is exported, with quantizers in it or without. Wraps a <see cref="TrainingPlan"/> with
/// data, an optimizer, a schedule, validation and checkpoints.
/// </summary>
/// <remarks>For the same options and data the result has the same bits, for any number of threads and whether the run was stopped and
/// resumed or not. With several ranks it has those of their number.</remarks>
public sealed class Trainer : IDisposable
{
    readonly Graph _network;
    readonly TrainingData _data;
    readonly TrainingOptions _options;
    readonly IReadOnlyList<TrainingLoss> _losses;
    readonly TrainingPlan _plan;
    readonly int _parts;
    readonly float[][] _sums;
    readonly OptimizerState _optimizer;
    readonly TrainingBatches _batches;
    readonly BoundRun? _teacher;
    readonly RankStep _ranks;
    readonly Oscillations _oscillations;
    readonly float[][] _average;
    readonly List<TrainingEpoch> _epochs = [];
    float[][]? _best;
    double _bestJudgement = double.NegativeInfinity;
    int _bestEpoch;
    long _step;

    /// <summary>Sum and number of the losses of an epoch that was stopped in its middle.</summary>
    (double Sum, int Count) _lossSoFar;

    /// <param name="network">The network; <see cref="Run"/> changes its weights and quantizers in place.</param>
    /// <param name="data">What to train with.</param>
    /// <param name="options">How.</param>
    /// <exception cref="OctetException">Network, data and losses do not fit each other.</exception>
    public Trainer(Graph network, TrainingData data, TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        (_network, _data, _options) = (network, data, options);
        _losses = TrainingFit.Losses(data, options);
        var shapes = network.Inputs.ToDictionary(input => input.Name, input => TrainingFit.BatchShape(input, options.Batch));
        (_plan, _parts) = TrainingFit.Plan(network, shapes, _losses, options);
        _sums = _parts > 1 ? [.. _plan.Parameters.Select(parameter => new float[parameter.Elements.Length])] : [];
        _optimizer = new(options.Optimizer, _plan.Parameters);
        _batches = new(data, shapes.ToDictionary(shape => shape.Key, shape => shape.Value.With(0, options.Share)),
            options.Batch, options.Seed, options.Ranks);
        _ranks = new(options.Ranks);
        _oscillations = new(options.Oscillations, _plan.Parameters);
        _average = Copies();
        if (options.Teacher is not { } teacher) return;
        var inputs = network.Inputs.ToDictionary(input => input.Name, input => _plan.GetInput(input.Name));
        _teacher = new Session(teacher, new() { Threads = options.Plan.Threads }).Bind(inputs);
    }

    /// <summary>Steps of the whole run.</summary>
    public long Steps => _options.Steps ?? (long)_options.Epochs * _batches.PerEpoch;

    /// <summary>What each epoch gave so far.</summary>
    public IReadOnlyList<TrainingEpoch> Epochs => _epochs;

    /// <summary>How the network was judged as it was given; null without validation.</summary>
    public double? Start { get; private set; }

    /// <summary>The epoch whose state was judged best so far, 1 for the first; 0 where no epoch is better than the network that was given.
    /// Null without validation.</summary>
    public int? BestEpoch => _best is null ? null : _bestEpoch;

    /// <summary>Trains to the end and puts the result into the network: the best state by validation, or the last one. A network that is
    /// best as it was given stays so.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled; the checkpoint holds the state after the last whole step.</exception>
    public void Run(CancellationToken cancel = default)
    {
        if (_options is { Resume: true, Checkpoint: { } path }) Load(path);
        _ranks.Begin(_plan.State, _average);
        JudgeStart();
        while (_step < Steps && !IsOver) RunEpoch(cancel);
        if (_best is { } best) Restore(best);
        else if (_options.WeightAverage > 0) Restore(_average);
        if (EstimateStatistics() || BestEpoch != 0) _plan.CopyTo(_network);
    }

    bool IsOver => _options.Patience is { } patience && _best is not null && _epochs.Count - _bestEpoch >= patience;

    void RunEpoch(CancellationToken cancel)
    {
        var watch = Stopwatch.StartNew();
        var (sum, count) = _lossSoFar;
        var rate = 0.0;
        var end = Math.Min(Steps, (_step / _batches.PerEpoch + 1) * _batches.PerEpoch);
        for (; _step < end; _step++)
        {
            if (_ranks.Stops(cancel))
            {
                _lossSoFar = (sum, count);
                Save();
                throw new OperationCanceledException(cancel);
            }
            rate = _options.LearningRate * _options.Schedule.FactorAt(_step, Steps);
            sum += Step(rate, QuantizerRateAt(_step), cancel);
            count++;
            _options.ReportProgress(_step + 1, Steps);
        }
        var state = _options.WeightAverage > 0 ? Array.ConvertAll(_average, values => (float[])values.Clone()) : Copies();
        var judgement = Judge(state);
        var epoch = new TrainingEpoch(_epochs.Count + 1, _step, sum / Math.Max(1, count), rate, judgement, watch.Elapsed.TotalSeconds);
        _epochs.Add(epoch);
        if (judgement > _bestJudgement)
        {
            (_bestJudgement, _bestEpoch, _best) = (judgement.Value, _epochs.Count, state);
        }
        _lossSoFar = (0, 0);
        _ranks.ThrowIfUnlike(_plan.State);
        Save();
        if (_options.IsFirst) _options.Log?.Invoke(epoch);
    }

    double QuantizerRateAt(long step) => step >= _options.QuantizersUntil * Steps ? 0
        : (_options.QuantizerRate ?? _options.LearningRate) * _options.Schedule.FactorAt(step, Steps);

    float Step(double rate, double quantizerRate, CancellationToken cancel)
    {
        var loss = _ranks.Average(_plan, RunParts(_batches.Take(_step)), cancel);
        TrainingException.ThrowIfNotFinite(loss, _step, rate);
        LimitGradient();
        _oscillations.Dampen((double)_step / Steps);
        _optimizer.Step(rate, quantizerRate);
        _oscillations.See((double)_step / Steps);
        if (_options.WeightAverage > 0) Average();
        return loss;
    }

    /// <summary>Runs a batch part by part; the gradient is the mean over the parts, which all have equally many samples.</summary>
    float RunParts(TrainingBatch batch)
    {
        if (_parts == 1)
        {
            Fill(batch, 0);
            return _plan.Step();
        }
        var loss = 0f;
        foreach (var sum in _sums) Array.Clear(sum);
        for (var part = 0; part < _parts; part++)
        {
            Fill(batch, part);
            loss += _plan.Step() / _parts;
            foreach (var (parameter, sum) in _plan.Parameters.Zip(_sums)) TensorPrimitives.Add<float>(sum, parameter.Gradient.Floats, sum);
        }
        foreach (var (parameter, sum) in _plan.Parameters.Zip(_sums)) TensorPrimitives.Divide(sum, _parts, parameter.Gradient.Floats);
        return loss;
    }

    /// <summary>Puts some samples of a batch, and their labels, where the plan reads them.</summary>
    void Fill(TrainingBatch batch, int part)
    {
        var size = _options.Share / _parts;
        foreach (var (name, tensor) in batch.Inputs) tensor.Slice(part * size, size).CopyTo(_plan.GetInput(name));
        var taught = _teacher?.Run();
        foreach (var (term, loss) in _losses.Index())
        {
            if (loss is ClassLoss) batch.Classes!.Slice(part * size, size).CopyTo(_plan.GetTarget(term));
            else taught![loss.Output is null ? 0 : _options.Teacher!.Outputs.Index().First(output => output.Item.Name == loss.Output).Index]
                .CopyTo(_plan.GetTarget(term));
        }
    }

    void LimitGradient()
    {
        if (_options.MaxGradient is not { } limit) return;
        var weights = _plan.Parameters.Where(parameter => parameter.Role == ParameterRole.Weight).ToArray();
        var length = Math.Sqrt(weights.Sum(parameter => (double)TensorPrimitives.SumOfSquares<float>(parameter.Gradient.Floats)));
        if (length <= limit) return;
        foreach (var parameter in weights)
            TensorPrimitives.Multiply(parameter.Gradient.Floats, (float)(limit / length), parameter.Gradient.Floats);
    }

    void Average()
    {
        // In the first steps the average follows faster, so that the beginning is soon forgotten.
        var kept = (float)Math.Min(_options.WeightAverage, (1.0 + _step) / (10 + _step));
        foreach (var (tensor, average) in _plan.State.Zip(_average)) TensorPrimitives.Lerp(tensor.Floats, average, kept, average);
    }

    /// <summary>The network as it was given is the first candidate. A resumed run judges it too, for who validates may want to know where
    /// it began.</summary>
    void JudgeStart()
    {
        if (_options.Validate is not { } validate) return;
        var judgement = validate(_network);
        Start = judgement;
        if (_best is not null) return;
        (_best, _bestEpoch, _bestJudgement) = (Copies(), 0, double.IsNaN(judgement) ? double.NegativeInfinity : judgement);
    }

    double? Judge(float[][] state)
    {
        if (_options.Validate is not { } validate) return null;
        var present = Copies();
        Restore(state);
        var copy = _network.Clone();
        _plan.CopyTo(copy);
        Restore(present);
        return validate(copy);
    }

    /// <returns>Whether statistics have changed: where they are judged, only for the better.</returns>
    bool EstimateStatistics()
    {
        if (_options.StatisticsBatches == 0) return false;
        var before = Copies();
        for (var i = 0; i < _options.StatisticsBatches; i++)
        {
            _ranks.Average(_plan, RunParts(_batches.Take(_step + i)), CancellationToken.None);
        }
        if (Judge(Copies()) is not { } judgement || judgement >= _bestJudgement) return true;
        Restore(before);
        return false;
    }

    float[][] Copies() => [.. _plan.State.Select(tensor => tensor.Floats.ToArray())];

    void Restore(float[][] elements)
    {
        foreach (var (tensor, values) in _plan.State.Zip(elements)) values.CopyTo(tensor.Floats);
    }

    void Save()
    {
        if (_options.Checkpoint is not { } path || !_options.IsFirst) return;
        var best = (_best is null ? null : Tensors(_best), _bestJudgement, _bestEpoch);
        TrainingCheckpoint.Write(path, Fingerprint, _step, _lossSoFar, _epochs, best, [.. _plan.State], Tensors(_average),
            [.. _optimizer.Save(), .. _oscillations.Save()]);

        Tensor[] Tensors(float[][] elements) => [.. _plan.State.Zip(elements, (like, values) => Tensor.Of<float>(like.Shape, values))];
    }

    void Load(string path)
    {
        if (TrainingCheckpoint.Read(_options.Ranks, path, Fingerprint) is not { } saved) return;
        (_step, _lossSoFar, _bestJudgement, _bestEpoch) = (saved.Step, saved.Loss, saved.BestJudgement, saved.BestEpoch);
        _epochs.Clear();
        _epochs.AddRange(saved.Epochs);
        foreach (var (index, tensor) in _plan.State.Index())
        {
            saved.Read($"state{index}").Floats.CopyTo(tensor.Floats);
            saved.Read($"average{index}").Floats.CopyTo(_average[index]);
        }
        if (saved.HasBest) _best = [.. _plan.State.Index().Select(entry => saved.Read($"best{entry.Index}").Floats.ToArray())];
        _optimizer.Load(_step, saved.Read);
        _oscillations.Load(saved.Read);
    }

    /// <summary>What a checkpoint has to agree with, to be of this run.</summary>
    string Fingerprint => string.Join('|', [
        _network.Name, .. _plan.Parameters, _options.Batch, _options.Seed, Steps, _data.Samples.Count, _options.Optimizer,
            _options.Schedule.GetType().Name,
        FormattableString.Invariant($"{_options.LearningRate:r} {_options.QuantizerRate:r} {_options.WeightAverage:r}"),
        FormattableString.Invariant($"{_options.QuantizersUntil:r} {_options.Plan.QuantizerReach:r} {_options.Plan.RatesInSteps}"),
        _options.Plan.Quantizers, _options.Oscillations, _losses.Count, _data.Augmentation]);

    /// <summary>Gives the memory of the training step back.</summary>
    public void Dispose()
    {
        _plan.Dispose();
        _teacher?.Dispose();
        _batches.Dispose();
    }
}
