using System.Diagnostics;
using Octet.Graphs;
using Octet.Planning;
using Octet.Running;
using Octet.Tensors;
using Octet.Training;

namespace Octet.TexasInstruments;

/// <summary>
/// Trains as TI's QuantTrainModule does, with the settings of the step <see cref="CalibrateLikeTi"/> before it: from the float model, with
/// ranges that follow the batches and stay from half of the epochs on. The calibrated model is what remains where no epoch is better.
/// </summary>
/// <remarks>Of the options, learning rates of scales and what concerns them have no effect: ranges are statistics.</remarks>
public sealed record TrainLikeTi : TrainingStep
{
    /// <summary>Trains as <see cref="Usual"/> says.</summary>
    public TrainLikeTi() => Options = Usual;

    /// <inheritdoc/>
    public override string Name => "train-like-ti";

    internal override string Follows => new CalibrateLikeTi(new()).Name;

    /// <summary>25 epochs in batches of 16, Adam at 1e-5 that falls along a cosine.</summary>
    public static TrainingOptions Usual { get; } = new()
    {
        Optimizer = new AdamOptimizer(),
        LearningRate = 1e-5,
        Batch = 16,
        Epochs = 25,
        Plan = Train.Usual.Plan,
    };

    internal override IReadOnlyList<QuantizationDraft> Apply(QuantizationDraft draft, StepContext context)
    {
        var settings = TiRecipe.SettingsOf(draft.Recipe)!;
        if (Options.Checkpoint is not null)
            throw new TrainingException($"'{Name}' keeps no checkpoints: TI's modules begin anew. Leave the checkpoint out, or take the "
                + "step 'train'.");
        var (data, options) = Prepare(draft, context);
        var start = options.Validate!(draft.Quantized!.Simulate());
        var best = (Quantized: draft.Quantized, Floats: (Graph?)null, Judgement: start);
        var epochs = new List<TrainingEpoch>();
        foreach (var (epoch, module) in Run(draft.Model.With(draft.Reference), Fitted(settings, draft.Recipe), data, options,
            context.Cancel))
        {
            var quantized = module.Quantized.With(draft.Recipe);
            var judgement = options.Validate(quantized.Simulate());
            if (judgement > best.Judgement) best = (quantized, module.Module.Graph, judgement);
            epochs.Add(epoch with { Validation = judgement });
            options.Log?.Invoke(epochs[^1]);
        }
        Note(data, options, epochs, start);
        return [best.Floats is null ? draft : draft.WithTuned(best.Quantized, best.Floats, method: QuantModuleOptions.MethodName)];
    }

    static QuantModuleOptions Fitted(QuantModuleOptions settings, Recipe recipe) =>
        recipe.FloatOutputs ? settings with { QuantizeOutput = false } : settings;

    /// <summary>Trains epoch by epoch; the module is that of the caller until it asks for the next.</summary>
    static IEnumerable<(TrainingEpoch, QuantTrainModule)> Run(
        Model model, QuantModuleOptions settings, TrainingData data, TrainingOptions options, CancellationToken cancel)
    {
        var shapes = model.Graph.Inputs.ToDictionary(input => input.Name, input => TrainingFit.BatchShape(input, options.Batch));
        using var batches = new TrainingBatches(data, shapes, options.Batch, options.Seed);
        var steps = options.Steps ?? (long)options.Epochs * batches.PerEpoch;
        var total = (int)((steps + batches.PerEpoch - 1) / batches.PerEpoch);
        using var module =
            new QuantTrainModule(model, options.Batch, total, options.Losses, options.Optimizer, settings, options.Plan.Threads);
        var teacher = options.Teacher is null ? null : new Session(options.Teacher);
        for (var (step, epoch) = (0L, 1); epoch <= total; epoch++)
        {
            var (watch, sum, first, rate) = (Stopwatch.StartNew(), 0.0, step, 0.0);
            module.Train();
            for (; step < Math.Min(steps, (long)epoch * batches.PerEpoch); step++)
            {
                cancel.ThrowIfCancellationRequested();
                var batch = batches.Take(step);
                module.Forward(batch.Inputs, Targets(batch, teacher, options));
                rate = options.LearningRate * options.Schedule.FactorAt(step, steps);
                module.Step(rate);
                sum += module.Loss;
                options.Progress?.Report(new("train", (int)Math.Min(int.MaxValue, step + 1), (int)Math.Min(int.MaxValue, steps)));
            }
            module.Eval();
            yield return (new(epoch, step, sum / (step - first), rate, null, watch.Elapsed.TotalSeconds), module);
        }
    }

    static Tensor[] Targets(TrainingBatch batch, Session? teacher, TrainingOptions options)
    {
        var taught = teacher?.Run(batch.Inputs);
        return [.. options.Losses.Select(
            loss => loss is ClassLoss ? batch.Classes! : taught![loss.Output ?? options.Teacher!.Outputs[0].Name])];
    }
}
