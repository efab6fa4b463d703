using System.Diagnostics;
using Octet.Cli;

namespace Octet.Tests.Cli;

/// <summary>What only whole processes show: being killed, and running beside others. The long form is <c>tests/kill.sh</c>.</summary>
[Trait("Cpu", "any")]
[Trait("Duration", "long")]
public sealed class ProcessTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    string Output => _folder.PathOf("out.onnx");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_process_killed_while_it_writes_leaves_the_old_or_the_new_output_and_the_next_run_removes_the_rest()
    {
        byte[] old = [1, 2, 3];
        CliRun.Of(Arguments).ExitCode.ShouldBe(ExitCode.Success);
        var whole = File.ReadAllBytes(Output);
        for (var round = 0; round < 2; round++)
        {
            File.WriteAllBytes(Output, old);
            using var process = Start();
            while (!process.HasExited && !Directory.EnumerateFiles(_folder.Path, "*.partial").Any()) Thread.Yield();
            process.Kill();
            process.WaitForExit();

            var left = File.ReadAllBytes(Output);
            (left.AsSpan().SequenceEqual(old) || left.AsSpan().SequenceEqual(whole)).ShouldBeTrue($"{left.Length} bytes");
            CliRun.Of(Arguments).ExitCode.ShouldBe(ExitCode.Success);
            File.ReadAllBytes(Output).ShouldBe(whole);
            Directory.GetFileSystemEntries(_folder.Path).ShouldBe([Output]);
        }
    }

    [Fact]
    public void Processes_that_write_one_output_at_once_leave_it_whole()
    {
        CliRun.Of(Arguments).ExitCode.ShouldBe(ExitCode.Success);
        var whole = File.ReadAllBytes(Output);

        var processes = Enumerable.Range(0, 3).Select(_ => Start()).ToArray();
        while (processes.Any(process => !process.HasExited)) File.ReadAllBytes(Output).AsSpan().SequenceEqual(whole).ShouldBeTrue();

        processes.ShouldAllBe(process => process.ExitCode == 0);
        foreach (var process in processes) process.Dispose();
        Directory.GetFileSystemEntries(_folder.Path).ShouldBe([Output]);
    }

    [Fact]
    public void A_model_comes_from_a_pipe()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("There is no /dev/stdin here.");
        var start = new ProcessStartInfo("dotnet", [CommandPath, "inspect", "/dev/stdin", "--json"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        process.StandardInput.BaseStream.Write(File.ReadAllBytes(Signs.Model));
        process.StandardInput.Close();

        process.StandardOutput.ReadToEnd().ShouldContain("/dev/stdin");
        process.WaitForExit();
        process.ExitCode.ShouldBe(0);
    }

    /// <summary>In the midst of tuning one layer, where the library looks for a request to end only between layers.</summary>
    [Fact]
    public void Ctrl_C_ends_a_long_step_and_leaves_no_file()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("There are no such signals here.");
        string[] arguments = ["quantize", Signs.Model, "--data", Signs.Calibration, "--recipe", "best", "-o", Output, .. Signs.Options];
        // Whoever runs the tests in the background may have told its children to ignore the signal.
        string[] command = OperatingSystem.IsLinux() ? ["env", "--default-signal=INT", "dotnet"] : ["dotnet"];
        using var process =
            Process.Start(new ProcessStartInfo(command[0], [.. command[1..], CommandPath, .. arguments])
            { RedirectStandardOutput = true, RedirectStandardError = true })!;
        while (process.StandardError.ReadLine() is { } line && !line.StartsWith("tune", StringComparison.Ordinal)) { }

        using (var interrupt = Process.Start("kill", ["-INT", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
            interrupt.WaitForExit();
        process.StandardError.ReadToEnd();
        process.WaitForExit();

        process.ExitCode.ShouldBe(ExitCode.Interrupted);
        Directory.GetFileSystemEntries(_folder.Path).ShouldBeEmpty();
    }

    static string CommandPath => typeof(CommandLine).Assembly.Location;

    string[] Arguments => ["prepare", Signs.Model, "-o", Output, .. Signs.Options];

    Process Start() =>
        Process.Start(new ProcessStartInfo("dotnet", [CommandPath, .. Arguments])
        { RedirectStandardOutput = true, RedirectStandardError = true })!;
}
