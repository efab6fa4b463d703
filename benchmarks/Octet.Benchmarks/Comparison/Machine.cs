using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Octet.Kernels;

namespace Octet.Benchmarks.Comparison;

/// <summary>What figures were measured on and with, so that they can be measured again.</summary>
/// <param name="Cpu">What the processor calls itself.</param>
/// <param name="Cores">Processors that a process may use.</param>
/// <param name="Level">The vectors that Octet's kernels use.</param>
/// <param name="System">Operating system and architecture.</param>
/// <param name="DotNet">The runtime.</param>
/// <param name="Commit">Of Octet, with a plus sign where files were changed.</param>
/// <param name="Date">The day, UTC.</param>
sealed record Machine(string Cpu, int Cores, SimdLevel Level, string System, string DotNet, string Commit, DateOnly Date)
{
    /// <summary>The root of the checkout that this program was built from.</summary>
    public static string Repository { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", ".."));

    /// <summary>The folder of results from machines like this.</summary>
    public string ResultFolder =>
        Path.Combine(Repository, "benchmarks", "results", $"{string.Join('-', Cpu.Split(' ', '/', '@', '(', ')'))}-{Level}");

    public static Machine Current()
    {
        var changes = Ask("git", "status", "--porcelain", "--untracked-files=no").Length > 0 ? "+" : "";
        return new(
            CpuName(), Environment.ProcessorCount, Simd.Current,
            $"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}",
            RuntimeInformation.FrameworkDescription, Ask("git", "rev-parse", "--short", "HEAD") + changes,
            DateOnly.FromDateTime(DateTime.UtcNow));
    }

    public override string ToString() => $"{Cores} × {Cpu} ({Level}), {System}, {DotNet}, commit {Commit}, {Date:yyyy-MM-dd}";

    static string CpuName() =>
        OperatingSystem.IsLinux()
        && File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) is { } line
            ? line[(line.IndexOf(':') + 1)..].Trim()
        : OperatingSystem.IsMacOS() ? Ask("sysctl", "-n", "machdep.cpu.brand_string")
        : Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? "unknown";

    static string Ask(string program, params string[] arguments)
    {
        using var process =
            Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, WorkingDirectory = Repository })!;
        var answer = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return answer;
    }

    static string ThisFile([CallerFilePath] string path = "") => path;
}
