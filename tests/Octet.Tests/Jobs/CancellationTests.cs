using Octet.Data;
using Octet.Evaluation;
using Octet.Jobs;
using Octet.Pipeline;
using Octet.Planning;
using Octet.Steps;

namespace Octet.Tests.Jobs;

/// <summary>Every long part of a job hears that it is to end, and leaves no file.</summary>
public sealed class CancellationTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Loading_and_preparing_hear_it()
    {
        Should.Throw<OperationCanceledException>(() => Quantizer.Load(Signs.Model, cancel: new(canceled: true)));
        Should.Throw<OperationCanceledException>(
            () => new PreparationJob { Model = Signs.Model, Output = _folder.PathOf("o.onnx") }.Run(new(canceled: true)));
        Directory.GetFileSystemEntries(_folder.Path).ShouldBeEmpty();
    }

    /// <summary>The request to end comes when a part reports its first sample or layer; with one thread no second one is begun.</summary>
    [Theory]
    [InlineData("calibrate")]
    [InlineData("evaluate")]
    [InlineData("try")]
    [InlineData("tune")]
    public void Each_part_of_quantizing_hears_it(string part)
    {
        using var cancel = new CancellationTokenSource();
        var progress = new Stop(cancel, part);
        var recipe = part == "tune" ? Recipes.Fast with { Steps = [new ChooseRanges(), new CorrectBiases()] } : Recipes.Fast;
        var job = new QuantizationJob
        {
            Model = Signs.Model,
            Data = Signs.Calibration,
            Samples = 4,
            Preprocessing = Signs.Preprocessing,
            Output = _folder.PathOf("o.onnx"),
            Search = part == "try" ? SearchFigure.Cosine : null,
            Validation = part == "evaluate" ? Signs.Validation : null,
            Labels = part == "evaluate" ? Signs.Labels : null,
            ComparedSamples = 0,
            Options = new() { Recipe = recipe, RunOptions = new SampleRunOptions { Threads = 1, Progress = progress } },
        };

        Should.Throw<OperationCanceledException>(() => job.Run(cancel.Token));

        progress.Heard.ShouldBeLessThanOrEqualTo(2, $"reports of {string.Join(", ", progress.Steps)} after the request");
        Directory.GetFiles(_folder.Path).Where(file => !file.EndsWith("o.onnx", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    sealed class Stop(CancellationTokenSource cancel, string part) : IProgress<StepProgress>
    {
        public int Heard { get; private set; }

        public HashSet<string> Steps { get; } = [];

        public void Report(StepProgress value)
        {
            Steps.Add(value.Step);
            if (cancel.IsCancellationRequested) Heard++;
            if (value.Step.StartsWith(part, StringComparison.Ordinal)) cancel.Cancel();
        }
    }
}
