using System.Diagnostics;
using Octet.Graphs;
using Octet.Planning;
using Octet.Running;
using Octet.Tensors;
using Octet.Training;

namespace Octet.TexasInstruments;

/// <summary>A run of <see cref="QuantTrainModule"/> over epochs, with validation, checkpoints and ranks as those of a
/// <see cref="Trainer"/>.</summary>
sealed class TiTraining : IDisposable
{
    readonly QuantizationDraft _draft;
    readonly TrainingOptions _options;
    readonly TrainingData _data;
    readonly TrainingBatches _batches;
    readonly QuantTrainModule _module;
    readonly Session? _teacher;
    readonly List<TrainingEpoch> _epochs = [];
    readonly RankStep _ranks;
    readonly long _steps;
    (Tensor[]? State, double Judgement, int Epoch) _best;
    (QuantizedModel Quantized, Graph Floats)? _bestModel;
    (double Sum, int Count) _lossSoFar;
    long _step;

    public TiTraining(QuantizationDraft draft, QuantModuleOptions settings, TrainingData data, TrainingOptions options)
    {
        (_draft, _data, _options) = (draft, data, options);
        if (TrainingFit.WhyNotEven(options) is { } reason) throw new TrainingException(reason);
        var model = draft.Model.With(draft.Reference);
        _batches = new(data, model.Graph.Inputs.ToDictionary(input => input.Name, input => TrainingFit.BatchShape(input, options.Share)),
            options.Batch, options.Seed, options.Ranks);
        _ranks = new(options.Ranks);
        _steps = options.Steps ?? (long)options.Epochs * _batches.PerEpoch;
        _module = new(model, options.Share, TotalEpochs, options.Losses, options.Optimizer, settings, options.Plan.Threads);
        _teacher = options.Teacher is null ? null : new Session(options.Teacher);
    }

    /// <summary>What each epoch gave.</summary>
    public IReadOnlyList<TrainingEpoch> Epochs => _epochs;

    /// <summary>How the calibrated model was judged.</summary>
    public double Start { get; private set; }

    int TotalEpochs => (int)((_steps + _batches.PerEpoch - 1) / _batches.PerEpoch);

    /// <summary>Trains to the end.</summary>
    /// <returns>The best epoch's model, with its integers and in floats; null where none is better than the calibrated model.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled; the checkpoint holds the state after the last whole step.</exception>
    public (QuantizedModel Quantized, Graph Floats)? Run(CancellationToken cancel)
    {
        Start = _options.Validate!(_draft.Quantized!.Simulate());
        _best = (null, Start, 0);
        if (_options is { Resume: true, Checkpoint: { } path }) Load(path);
        while (_step < _steps) RunEpoch(cancel);
        return _bestModel;
    }

    QuantizedModel Quantized => _module.Quantized.With(_draft.Recipe);

    void RunEpoch(CancellationToken cancel)
    {
        var watch = Stopwatch.StartNew();
        var (sum, count) = _lossSoFar;
        var rate = 0.0;
        if (_step == (long)_epochs.Count * _batches.PerEpoch) _module.Train();
        var end = Math.Min(_steps, (_epochs.Count + 1L) * _batches.PerEpoch);
        for (; _step < end; _step++)
        {
            if (_ranks.Stops(cancel))
            {
                _lossSoFar = (sum, count);
                Save();
                throw new OperationCanceledException(cancel);
            }
            rate = _options.LearningRate * _options.Schedule.FactorAt(_step, _steps);
            sum += Step(rate, cancel);
            count++;
            _options.ReportProgress(_step + 1, _steps);
        }
        _module.Eval();
        var quantized = Quantized;
        var judgement = _options.Validate!(quantized.Simulate());
        var epoch = new TrainingEpoch(_epochs.Count + 1, _step, sum / Math.Max(1, count), rate, judgement, watch.Elapsed.TotalSeconds);
        _epochs.Add(epoch);
        if (judgement > _best.Judgement)
        {
            _best = ([.. _module.Plan.State.Select(tensor => tensor.Clone())], judgement, epoch.Epoch);
            _bestModel = (quantized, _module.Module.Graph);
        }
        _lossSoFar = (0, 0);
        _ranks.ThrowIfUnlike(_module.Plan.State);
        Save();
        if (_options.IsFirst) _options.Log?.Invoke(epoch);
    }

    double Step(double rate, CancellationToken cancel)
    {
        var batch = _batches.Take(_step);
        _module.Forward(batch.Inputs, Targets(batch));
        var loss = _ranks.Average(_module.Plan, _module.Loss, cancel);
        TrainingException.ThrowIfNotFinite(loss, _step, rate);
        _module.Step(rate);
        return loss;
    }

    Tensor[] Targets(TrainingBatch batch)
    {
        var taught = _teacher?.Run(batch.Inputs);
        return [.. _options.Losses.Select(
            loss => loss is ClassLoss ? batch.Classes! : taught![loss.Output ?? _options.Teacher!.Outputs[0].Name])];
    }

    void Save()
    {
        if (_options.Checkpoint is not { } path || !_options.IsFirst) return;
        TrainingCheckpoint.Write(path, Fingerprint, _step, _lossSoFar, _epochs, _best, [.. _module.Plan.State], average: [],
            [.. _module.Optimizer.Save()]);
    }

    void Load(string path)
    {
        if (TrainingCheckpoint.Read(_options.Ranks, path, Fingerprint) is not { } saved) return;
        (_step, _lossSoFar) = (saved.Step, saved.Loss);
        _epochs.AddRange(saved.Epochs);
        if (saved.HasBest)
        {
            // What is trained, and what are states, depends on the epoch.
            Restore(saved.BestEpoch, saved.Epochs[saved.BestEpoch - 1].Steps, index => saved.Read($"best{index}"));
            _best = ([.. _module.Plan.State.Select(tensor => tensor.Clone())], saved.BestJudgement, saved.BestEpoch);
            _bestModel = (Quantized, _module.Module.Graph);
        }
        // An epoch that was begun is not begun again.
        var begun = _epochs.Count + (_step > (long)_epochs.Count * _batches.PerEpoch ? 1 : 0);
        Restore(begun, _step, index => saved.Read($"state{index}"));
        if (_step > 0) _module.Optimizer.Load(_step, saved.Read);
    }

    void Restore(int epochs, long steps, Func<int, Tensor> read)
    {
        _module.Resume(epochs, steps);
        foreach (var (index, tensor) in _module.Plan.State.Index()) read(index).CopyTo(tensor);
    }

    /// <summary>What a checkpoint has to agree with, to be of this run.</summary>
    string Fingerprint => string.Join('|', [
        _draft.Reference.Name, .. _module.Parameters, _options.Batch, _options.Seed, _steps, _data.Samples.Count, _options.Optimizer,
        _options.Schedule.GetType().Name, FormattableString.Invariant($"{_options.LearningRate:r}"), _options.Losses.Count,
        _data.Augmentation, "like TI"]);

    public void Dispose()
    {
        _module.Dispose();
        _batches.Dispose();
    }
}
