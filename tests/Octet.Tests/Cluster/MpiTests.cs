using System.Diagnostics;
using Octet.Cli;
using Octet.Tests.Cli;

namespace Octet.Tests.Cluster;

/// <summary>The command line under <c>mpirun</c>, in processes of its own.</summary>
[Trait("Cpu", "any")]
[Trait("Duration", "long")]
public sealed class MpiTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory, InlineData(2), InlineData(4)]
    public void Calibration_by_processes_gives_the_file_of_one(int count)
    {
        string[] Arguments(string output) =>
            ["calibrate", Signs.Model, "--data", Signs.Calibration, "--samples", "10", .. Signs.Options, "-o", _folder.PathOf(output),
            "-q"];
        CliRun.Of(Arguments("one.json")).ExitCode.ShouldBe(ExitCode.Success);
        var (code, output, error) = Run(count, Arguments("many.json"));
        code.ShouldBe(0, error);
        output.ShouldContain($"{count} measured");
        File.ReadAllBytes(_folder.PathOf("many.json")).ShouldBe(File.ReadAllBytes(_folder.PathOf("one.json")));
    }

    [Fact]
    public void Training_by_two_processes_gives_the_same_file_on_every_run()
    {
        File.WriteAllText(_folder.PathOf("short.yaml"), """
            based-on: pow2-best
            steps:
              - choose-ranges
              - train: { steps: 6, batch: 8, rate: 1e-3, scale-rate: 0.1, shift: 1 }
            """);
        foreach (var output in new[] { "a.onnx", "b.onnx" })
        {
            var (code, _, error) = Run(2, ["train", Signs.Model, "--data", Signs.Calibration, "--recipe", _folder.PathOf("short.yaml"),
                .. Signs.Options, "--threads", "1", "-q", "-o", _folder.PathOf(output)]);
            code.ShouldBe(0, error);
        }
        File.ReadAllBytes(_folder.PathOf("b.onnx")).ShouldBe(File.ReadAllBytes(_folder.PathOf("a.onnx")));
    }

    [Fact]
    public void What_all_get_wrong_is_said_once()
    {
        var (code, _, error) = Run(2, "calibrate", _folder.PathOf("absent.onnx"), "--data", Signs.Calibration, "-o",
            _folder.PathOf("x.json"));
        code.ShouldBe(ExitCode.Failed);
        error.Split("absent.onnx").Length.ShouldBe(2, error);
    }

    /// <summary>Only rank 1 fails: its folder has no samples.</summary>
    [Fact]
    public void A_rank_that_fails_alone_ends_the_job_and_is_named()
    {
        string[] octet = ["dotnet", typeof(CommandLine).Assembly.Location, "calibrate", Signs.Model, "--data"];
        string[] rest = [.. Signs.Options, "-o", _folder.PathOf("x.json"), "-q"];
        Directory.CreateDirectory(_folder.PathOf("empty"));
        var (code, _, error) = Start(["-n", "1", .. octet, Signs.Calibration, .. rest, ":", "-n", "1", .. octet, _folder.PathOf("empty"),
            .. rest]);
        code.ShouldNotBe(0);
        error.ShouldContain("Rank 1 of 2 on ");
        File.Exists(_folder.PathOf("x.json")).ShouldBeFalse();
    }

    static (int Code, string Output, string Error) Run(int count, params string[] arguments) =>
        Start(["-n", $"{count}", "dotnet", typeof(CommandLine).Assembly.Location, .. arguments]);

    static (int Code, string Output, string Error) Start(string[] arguments)
    {
        Assert.SkipUnless(IsInstalled, "mpirun is not installed (Debian: apt-get install openmpi-bin), so nothing was run by several "
            + "processes.");
        var start = new ProcessStartInfo("mpirun", ["--oversubscribe", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // Without these OpenMPI refuses to run as root, as in containers; other users need none.
            Environment = { ["OMPI_ALLOW_RUN_AS_ROOT"] = "1", ["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1" },
        };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        process.WaitForExit();
        return (process.ExitCode, output.Result, error.Result);
    }

    static bool IsInstalled => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, "mpirun")));
}
