using Octet.Data;
using Octet.Jobs;
using Octet.Pipeline;

namespace Octet.ConformanceTests;

/// <summary>Models from the outside world on which an earlier Octet failed: each is quantized from file to file and read in the
/// judge.</summary>
public sealed class JudgedCasesTests
{
    /// <summary>Cases that do not hold yet, or that are to be refused.</summary>
    static readonly Dictionary<string, string> Left = new()
    {
        ["pc2-33"] = "a model that only moves data: refused",
    };

    public static TheoryData<string> Cases => [.. Folders().Select(folder => Path.GetFileName(folder))];

    [Theory, MemberData(nameof(Cases))]
    public void The_export_of_a_case_holds(string name)
    {
        var folder = SharedFolder.Require("cases", name);
        if (Left.TryGetValue(name, out var reason)) Assert.Skip(reason);
        using var temporary = new TemporaryFolder();
        var (model, output) = (Path.Combine(folder, "model.onnx"), temporary.PathOf("out.onnx"));
        var report = new QuantizationJob { Model = model, Data = Path.Combine(folder, "data"), Output = output }.Run();

        var prepared = Quantizer.Load(model);
        var judged = ExportJudge.Judge(output, Quantizer.OpenSamples(prepared, Path.Combine(folder, "data")),
            RecipeNeeds.Of(prepared, Recipes.Fast).Draft.Plan);
        TestContext.Current.SendDiagnosticMessage(
            $"{name}: {string.Join("; ", judged.Outputs)}; {string.Join(", ", report.Outputs.Select(o => $"{o.SqnrDb:F1} dB"))}; "
            + $"{judged.Layers.Integers.Count} of {judged.Layers.Integers.Count + judged.Layers.Floats.Count} layers in integers");
        judged.Problems().ShouldBeEmpty();
    }

    static IEnumerable<string> Folders() => Directory.Exists(SharedFolder.PathOf("cases"))
        ? Directory.EnumerateDirectories(SharedFolder.PathOf("cases"), "pc2-*")
        .Where(folder => File.Exists(Path.Combine(folder, "model.onnx"))).Order(StringComparer.Ordinal)
        // One that is asked for, and skipped with the reason: a theory without any case fails.
        : ["pc2-01"];
}
