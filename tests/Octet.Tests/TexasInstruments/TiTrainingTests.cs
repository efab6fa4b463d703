using Octet.Data;
using Octet.Pipeline;
using Octet.Planning;
using Octet.Tests.Training;
using Octet.TexasInstruments;
using Octet.Training;

namespace Octet.Tests.TexasInstruments;

public sealed class TiTrainingTests
{
    /// <summary>14 samples to train with, in batches of 4: three steps an epoch, and normalizations that stay from the third epoch
    /// on.</summary>
    static readonly TrainingOptions Options = TrainLikeTi.Usual with { Batch = 4, Epochs = 5, LearningRate = 1e-4 };

    /// <summary>In the middle of an epoch, at its end, and after normalizations and ranges stay.</summary>
    [Fact]
    [Trait("Duration", "long")]
    public void A_run_that_is_stopped_and_resumed_ends_with_the_bits_of_one_that_was_not()
    {
        using var folder = new TemporaryFolder();
        var whole = Train(Options, folder.PathOf("whole.onnx"), stopAfter: null);
        foreach (var stop in new[] { 1, 3, 8, 14 })
        {
            var options = Options with { Checkpoint = folder.PathOf($"run{stop}.npz") };
            Train(options, folder.PathOf("stopped.onnx"), stop).ShouldBeNull();
            File.Exists(options.Checkpoint).ShouldBeTrue();
            Train(options with { Resume = true }, folder.PathOf($"resumed{stop}.onnx"), stopAfter: null).ShouldBe(whole, $"after {stop}");
        }
    }

    static byte[]? Train(TrainingOptions options, string output, int? stopAfter)
    {
        using var cancel = new CancellationTokenSource();
        var judged = 0;
        var recipe = Recipes.Find("ti-qat")!;
        recipe = recipe with
        {
            Steps = [.. recipe.Steps.Select(step => step is TrainLikeTi train
                ? train with
                {
                    Options = options with
                    {
                        Progress = new StopAfter(cancel, stopAfter),
                        // Always for the better, so that the last state counts.
                        Validate = _ => judged++ + (options.Resume ? 100 : 0),
                    },
                }
                : step)],
        };
        try
        {
            var model = Signs.Load();
            Quantizer.Quantize(model, Quantizer.OpenSamples(model, Signs.Calibration).Take(14),
                new() { Recipe = recipe, RunOptions = new() { Threads = 1 } }, cancel.Token).Save(output);
            return File.ReadAllBytes(output);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }
}
