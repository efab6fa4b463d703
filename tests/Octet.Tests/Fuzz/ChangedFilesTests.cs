using System.Diagnostics;
using System.Text;
using Octet.Fuzz;
using Octet.Fuzz.Seeds;
using Octet.Fuzz.Targets;
using Octet.Onnx;

namespace Octet.Tests.Fuzz;

/// <summary>Files of all kinds with changes in them: whatever comes in, a result or an <see cref="OctetException"/> comes out, in bounded
/// time and memory.</summary>
public sealed class ChangedFilesTests
{
    /// <summary>In a program of its own, for its memory is bounded, and it may be ended.</summary>
    [Fact]
    [Trait("Cpu", "any")]
    [Trait("Duration", "long")]
    public async Task Twenty_thousand_seeded_inputs_do_no_harm()
    {
        using var folder = new TemporaryFolder();
        var start = new ProcessStartInfo("dotnet",
            ["exec", Path.Combine(AppContext.BaseDirectory, "Octet.Fuzz.dll"), "run", "all", "1", "20000", folder.Path])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["OCTET_SHARED"] = SharedFolder.Root;
        using var run = Process.Start(start)!;

        var (output, errors) =
            (run.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken),
                run.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await run.WaitForExitAsync(TestContext.Current.CancellationToken);

        run.ExitCode.ShouldBe(0,
            $"{await output}\n{await errors}\nended at "
            + $"seed {await File.ReadAllTextAsync(folder.PathOf("current"), TestContext.Current.CancellationToken)}");
    }

    public static TheoryData<string> Kinds =>
        [.. FuzzTargets.All.Select(target => target.Name).Where(name => name is not ("model" or "list"))];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_changes_begin_with_is_sound(string kind)
    {
        var target = FuzzTargets.Named(kind);
        for (var seed = 0; seed < 50; seed++)
            target.Consume(target.Seed(new Random(seed)), new Random(seed))
                .ShouldBeTrue($"seed {seed}: {Encoding.Latin1.GetString(target.Seed(new Random(seed)))}");
    }

    [Fact]
    public void Networks_that_changes_begin_with_are_sound()
    {
        for (var seed = 0; seed < 100; seed++)
            Quantizer.Prepare(OnnxReader.Read(NetworkSeeds.Make(new Random(seed)), $"seed {seed}")).Graph.Nodes.ShouldNotBeEmpty();
    }

    [Fact]
    public void One_seed_makes_one_input()
    {
        foreach (var target in FuzzTargets.All) target.Make(new Random(7)).ShouldBe(target.Make(new Random(7)));
    }

    public static TheoryData<string> PastModels => [.. PastFindings.Models.Select(model => model.Name)];

    [Theory]
    [MemberData(nameof(PastModels))]
    [Trait("Duration", "long")]
    public void A_model_that_did_harm_does_none(string name)
    {
        var file = PastFindings.Models.Single(model => model.Name == name).Make();
        for (var seed = 0; seed < 20; seed++) Should.NotThrow(() => FuzzTargets.Named("model").Consume(file, new Random(seed)));
    }

    [Fact]
    public void Texts_that_did_harm_do_none()
    {
        foreach (var (kind, text) in PastFindings.Texts)
            Should.NotThrow(() => FuzzTargets.Named(kind).Consume(Encoding.UTF8.GetBytes(text), new Random(1)), text);
    }

    /// <summary>Files that once ended in an exception that nobody caught, and files that ask for much.</summary>
    [Theory]
    [InlineData("damaged", ".onnx", "model")]
    [InlineData("damaged", ".json", "table")]
    [InlineData("damaged", ".yaml", "recipe")]
    [InlineData("hostile", ".onnx", "model")]
    [Trait("Duration", "long")]
    public void Files_that_did_harm_do_none(string folder, string ending, string kind)
    {
        var files = Directory.GetFiles(SharedFolder.Require("cases", folder), $"*{ending}");
        files.ShouldNotBeEmpty();

        foreach (var file in files)
        {
            for (var seed = 0; seed < 3; seed++)
                Should.NotThrow(() => FuzzTargets.Named(kind).Consume(File.ReadAllBytes(file), new Random(seed)), Path.GetFileName(file));
        }
    }
}
