using System.Diagnostics;
using Octet.Calibration;
using Octet.Data;
using Octet.Graphs;
using Octet.Planning;
using Octet.Steps;
using Octet.TexasInstruments;

namespace Octet;

/// <summary>Quantizes by a recipe that calibrates as TI's modules do: all samples in batches, as often as the recipe says.</summary>
static class Pact2Calibration
{
    /// <summary>What runs side by side. More would make better means of a batch, but fewer steps.</summary>
    const int SamplesInBatch = 10;

    public static QuantizationResult Quantize(Model model, ISampleSource samples, QuantizerOptions options, CancellationToken cancel)
    {
        var watch = Stopwatch.StartNew();
        if (Recipes.WithoutEffect(options.Recipe).ToArray() is { Length: > 0 } ignored) throw PlanException.WithoutEffect(options.Recipe, ignored);
        PlanException.ThrowIfUnfit(model);
        var pact = options.Recipe.FloatOutputs ? options.Recipe.Pact2! with { QuantizeOutput = false } : options.Recipe.Pact2!;
        if (samples.Count > pact.Frames) samples = samples.Take(pact.Frames);
        var module = new QuantCalibrateModule(model, pact, options.Run.EffectiveThreads(SamplesInBatch));
        var batches = LoadedSamples.All(samples, options.Run, cancel).Chunk(SamplesInBatch).Select(batch => new CalibrationBatch(batch)).ToArray();
        var total = batches.Length * (pact.BiasCalibration ? pact.Iterations : 1);
        for (var step = 0; step < total; step++)
        {
            cancel.ThrowIfCancellationRequested();
            module.Forward(batches[step % batches.Length]);
            options.Run.Progress?.Report(new("calibrate", step + 1, total));
        }
        module.Eval();

        var quantized = module.Quantized;
        var table = new CalibrationTable { Method = QuantModuleOptions.MethodName, Samples = batches.Sum(batch => batch.Samples.Count), Ranges = module.Ranges };
        return new(quantized.With(options.Recipe), table, watch.Elapsed.TotalSeconds) { Reference = model.Graph, Calibrated = module.Module.Graph };
    }
}
