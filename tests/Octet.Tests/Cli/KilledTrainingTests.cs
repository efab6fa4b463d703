using System.Diagnostics;
using Octet.Cli;

namespace Octet.Tests.Cli;

/// <summary>A training run that is killed again and again, at moments of all kinds, ends with the bits of one that was left
/// alone.</summary>
[Trait("Cpu", "any")]
[Trait("Duration", "long")]
public sealed class KilledTrainingTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    string Output => _folder.PathOf("out.onnx");

    string Checkpoint => _folder.PathOf("run.npz");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_run_that_is_killed_at_several_moments_and_resumed_ends_with_the_same_bits()
    {
        File.WriteAllText(_folder.PathOf("short.yaml"), """
            based-on: pow2-best
            steps:
              - choose-ranges
              - train: { epochs: 12, batch: 8, rate: 1e-3, scale-rate: 0.1, average: 0.9, shift: 1 }
            """);
        CliRun.Of(Arguments("whole.onnx")).ExitCode.ShouldBe(ExitCode.Success);

        // Before there is a checkpoint, as soon as there is one, while the next is written beside it, and when it has taken its place.
        KillWhen(() => Directory.EnumerateFiles(_folder.Path).Any(file => Path.GetFileName(file).Contains("npz")));
        KillWhen(() => File.Exists(Checkpoint));
        var first = new FileInfo(Checkpoint).LastWriteTimeUtc;
        KillWhen(() => Directory.EnumerateFiles(_folder.Path, "*.partial").Any());
        KillWhen(() => new FileInfo(Checkpoint).LastWriteTimeUtc != first);
        File.Exists(Output).ShouldBeFalse();

        var last = CliRun.Of([.. Arguments("out.onnx"), "--checkpoint", Checkpoint, "--resume", "--log", _folder.PathOf("log.jsonl")]);
        last.ExitCode.ShouldBe(ExitCode.Success, last.Error);
        File.ReadAllBytes(Output).ShouldBe(File.ReadAllBytes(_folder.PathOf("whole.onnx")));
        File.ReadLines(_folder.PathOf("log.jsonl")).Count().ShouldBe(12);
        Directory.EnumerateFiles(_folder.Path, "*.partial").ShouldBeEmpty();
    }

    void KillWhen(Func<bool> comes)
    {
        var start = new ProcessStartInfo("dotnet",
            [typeof(CommandLine).Assembly.Location, .. Arguments("out.onnx"), "--checkpoint", Checkpoint, "--resume"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        while (!process.HasExited && !comes()) Thread.Yield();
        process.HasExited.ShouldBeFalse(process.HasExited ? process.StandardError.ReadToEnd() : "");
        process.Kill();
        process.WaitForExit();
    }

    string[] Arguments(string output) =>
    [
        "train", Signs.Model, "--data", Signs.Calibration, "--recipe", _folder.PathOf("short.yaml"), .. Signs.Options,
        "-o", _folder.PathOf(output), "--threads", "1", "--quiet",
    ];
}
