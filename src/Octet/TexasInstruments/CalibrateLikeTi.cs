using Octet.Data;
using Octet.Planning;

namespace Octet.TexasInstruments;

/// <summary>
/// Calibrates as TI's modules do: samples in batches, as often as the settings say. Ranges, weights and biases come from
/// <see cref="QuantCalibrateModule"/>, so that it is the only step of its recipe.
/// </summary>
public sealed record CalibrateLikeTi(QuantModuleOptions Settings) : QuantizationStep
{
    /// <summary>The number of samples that run side by side. More would make better means of a batch, but fewer steps.</summary>
    const int SamplesInBatch = 10;

    /// <inheritdoc/>
    public override string Name => "calibrate-like-ti";

    internal override StepStage Stage => StepStage.Ranges;

    internal override QuantizerPlacement Placement => new TiPlacement(Settings);

    internal override SampleSelection Reruns(QuantizationDraft draft) => new(Settings.Frames, 0);

    internal override IReadOnlyList<QuantizationDraft> Apply(QuantizationDraft draft, StepContext context)
    {
        var settings = draft.Recipe.FloatOutputs ? Settings with { QuantizeOutput = false } : Settings;
        var module = new QuantCalibrateModule(draft.Model, settings, context.Run.EffectiveThreads(SamplesInBatch));
        var batches = context.Keep(settings.Frames).Chunk(SamplesInBatch).Select(batch => new CalibrationBatch(batch)).ToArray();
        var total = batches.Length * (settings.BiasCalibration ? settings.Iterations : 1);
        for (var step = 0; step < total; step++)
        {
            context.Cancel.ThrowIfCancellationRequested();
            module.Forward(batches[step % batches.Length]);
            context.Run.Progress?.Report(new("calibrate", step + 1, total));
        }
        module.Eval();
        return [draft.WithTuned(module.Quantized.With(draft.Recipe), module.Module.Graph, module.Ranges, QuantModuleOptions.MethodName)];
    }
}
