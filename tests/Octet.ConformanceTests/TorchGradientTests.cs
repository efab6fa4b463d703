using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Octet.ConformanceTests;

/// <summary>Gradients of whole networks against TorchSharp's, which a program of its own computes.</summary>
public sealed partial class TorchGradientTests
{
    /// <summary>A ReLU that one engine passes and the other does not changes gradients by a thousandth; it is the median that says whether
    /// they are right.</summary>
    [Fact]
    public async Task Gradients_of_MobileNetV2_and_ResNet18_are_those_of_TorchSharp()
    {
        var folder = Path.Combine(SharedFolder.Repository, "artifacts", "bin", "Octet.Benchmarks.Torch", "release_linux-x64");
        var program = Path.Combine(folder, "Octet.Benchmarks.Torch.dll");
        Assert.SkipUnless(File.Exists(program),
            "TorchSharp is not here: 'dotnet build benchmarks/Octet.Benchmarks.Torch -c Release' fetches it, 600 MB.");
        Assert.SkipUnless(Directory.Exists(SharedFolder.Root), "The shared models are absent.");

        var start = new ProcessStartInfo("dotnet", [program, "gradients"])
        { RedirectStandardOutput = true, RedirectStandardError = true, Environment = { ["OCTET_SHARED"] = SharedFolder.Root } };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        process.ExitCode.ShouldBe(0, await error);
        lines.Length.ShouldBe(2);
        foreach (var distances in lines.Select(line => Distances().Match(line)))
        {
            double.Parse(distances.Groups[1].Value, CultureInfo.InvariantCulture).ShouldBeLessThan(1e-3);
            double.Parse(distances.Groups[2].Value, CultureInfo.InvariantCulture).ShouldBeLessThan(1e-2);
        }
    }

    [GeneratedRegex("median ([0-9.e+-]+), greatest ([0-9.e+-]+)")]
    private static partial Regex Distances();
}
