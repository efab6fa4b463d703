using Octet.Graphs;
using Octet.Onnx;
using Octet.Onnx.Schema;

namespace Octet.Tests.Onnx;

/// <summary>What is read, written and read again is the same, for every model at hand.</summary>
[Trait("Cpu", "any")]
public sealed class RoundTripTests
{
    public static IEnumerable<TheoryDataRow<string>> WholeModels =>
        ModelsUnder(Path.Combine(SharedFolder.Repository, "samples")).Concat(ModelsUnder(SharedFolder.PathOf("models")))
        .Select(path => new TheoryDataRow<string>(path));

    [Theory]
    [MemberData(nameof(WholeModels))]
    public void Whole_models_come_out_as_they_went_in(string path) => ShouldSurvive(path);

    [Fact]
    public void The_models_of_the_operator_suite_come_out_as_they_went_in()
    {
        foreach (var path in ModelsUnder(SharedFolder.Require("conformance", "onnx"))) ShouldSurvive(path);
    }

    static void ShouldSurvive(string path)
    {
        var model = OnnxReader.Read(path);
        using var stream = new MemoryStream();
        OnnxWriter.Write(model, stream);
        var written = stream.ToArray();

        OnnxReader.Read(written, path).ShouldBeLike(model);
        var (before, after) =
            (NormalForm.Of(ModelProto.Parser.ParseFrom(File.ReadAllBytes(path))), NormalForm.Of(ModelProto.Parser.ParseFrom(written)));
        if (before.Functions.Count == 0 && !before.Equals(after)) after.ToString().ShouldBe(before.ToString(), path);
    }

    static IEnumerable<string> ModelsUnder(string folder) => Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder, "*.onnx", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        : [];
}
