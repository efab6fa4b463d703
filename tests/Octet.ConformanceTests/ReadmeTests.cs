using System.Diagnostics;
using Octet.Data;
using Octet.Evaluation;
using Octet.Running;

namespace Octet.ConformanceTests;

/// <summary>What the README shows is what runs. The example uses the working directory and the console, so nothing else may run
/// meanwhile.</summary>
[CollectionDefinition(nameof(ReadmeTests), DisableParallelization = true), Collection(nameof(ReadmeTests))]
public sealed class ReadmeTests
{
    static string Readme => File.ReadAllText(Path.Combine(SharedFolder.Repository, "README.md"));

    /// <summary>The code between the markers below, as the README has it.</summary>
    static string QuickStart()
    {
        var lines = File.ReadAllLines(Path.Combine(SharedFolder.Repository, "tests", "Octet.ConformanceTests", "ReadmeTests.cs"))
            .SkipWhile(line => !line.EndsWith("// <readme>", StringComparison.Ordinal)).Skip(1)
            .TakeWhile(line => !line.EndsWith("// </readme>", StringComparison.Ordinal));
        return string.Join('\n', lines.Select(line => line.Length > 8 ? line[8..] : ""));
    }

    [Fact]
    public void The_library_example_of_the_readme_is_the_code_that_is_tested_here() =>
        Readme.ShouldContain($"using Octet.Running;\n\n{QuickStart()}\n```");

    [Fact]
    public void The_library_example_quantizes_the_sample_and_keeps_its_accuracy()
    {
        var output = Console.Out;
        using var folder = new TemporaryFolder().Enter();
        using var printed = new StringWriter();
        try
        {
            Directory.CreateSymbolicLink("samples", Path.Combine(SharedFolder.Repository, "samples"));
            Console.SetOut(printed);
            Run();
        }
        finally
        {
            Console.SetOut(output);
        }
        double.Parse(printed.ToString().Split(' ')[1]).ShouldBeGreaterThan(97);
        printed.ToString().ShouldEndWith("% of 192 pictures" + Environment.NewLine);
    }

    static void Run()
    {
        // <readme>
        var preprocessing = new ImagePreprocessing { Mean = [123.675f, 116.28f, 103.53f], Scale = [0.017125f, 0.017507f, 0.017429f] };
        var model = Quantizer.Load("samples/signs/signs-mobilenetv2.onnx", preprocessing);
        var result = Quantizer.Quantize(model, Quantizer.OpenSamples(model, "samples/signs/calibration"));
        result.Save("signs.int8.onnx");

        var exported = Quantizer.Load("signs.int8.onnx");
        var pictures = Quantizer.OpenSamples(exported, "samples/signs/validation");
        var classes = LabelFile.Read("samples/signs/validation/labels.txt").Of(pictures);
        var accuracy = new Classification(classes).Evaluate(new Session(exported.Graph), pictures);
        Console.WriteLine($"top-1 {accuracy.Value:F2} % of {accuracy.Samples} pictures");
        // </readme>
    }

    [Fact]
    public async Task The_first_command_of_the_readme_works_as_written()
    {
        const string Runner = "dotnet run -c Release --project src/Octet.Cli -- ";
        var line = Readme.Split('\n').First(line => line.StartsWith(Runner, StringComparison.Ordinal));
        using var folder = new TemporaryFolder();
        Directory.CreateSymbolicLink(folder.PathOf("samples"), Path.Combine(SharedFolder.Repository, "samples"));

        string[] command = [Path.Combine(AppContext.BaseDirectory, "Octet.Cli.dll"), .. line[Runner.Length..].Split(' ')];
        using var octet =
            Process.Start(new ProcessStartInfo("dotnet", command)
            { WorkingDirectory = folder.Path, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var complaints = octet.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var printed = await octet.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await octet.WaitForExitAsync(TestContext.Current.CancellationToken);

        octet.ExitCode.ShouldBe(0, await complaints);
        foreach (var told in (string[])["written", "top-1", "worst layers", "advice"]) printed.ShouldContain(told);
        File.Exists(folder.PathOf("signs.int8.onnx")).ShouldBeTrue();
    }

    [Fact]
    public void The_readme_links_only_to_files_that_are_there()
    {
        var links = System.Text.RegularExpressions.Regex
            .Matches(Readme, @"\]\((?!http)([^)#]+)[^)]*\)").Select(match => match.Groups[1].Value);

        links.Where(link => !File.Exists(Path.Combine(SharedFolder.Repository, link))).ShouldBeEmpty();
    }
}
