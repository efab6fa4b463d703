using Octet.Graphs;
using Octet.Onnx;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Tests.Onnx;

/// <summary>What is read, written and read again is the same, for every model at hand.</summary>
public sealed class RoundTripTests
{
    public static IEnumerable<TheoryDataRow<string>> WholeModels =>
    [
        new(Path.Combine(SharedFolder.Repository, "samples", "signs", "signs-mobilenetv2.onnx")),
        .. ModelsUnder("models"),
    ];

    [Theory]
    [MemberData(nameof(WholeModels))]
    public void Whole_models_come_out_as_they_went_in(string path) => ShouldSurvive(path);

    [Fact]
    public void The_models_of_the_operator_suite_come_out_as_they_went_in()
    {
        SharedFolder.Require("conformance", "onnx");
        foreach (var row in ModelsUnder("conformance", "onnx")) ShouldSurvive(row.Data);
    }

    static void ShouldSurvive(string path)
    {
        var model = OnnxReader.Read(path);
        var again = WrittenAndRead(model);
        again.ShouldBeLike(model);
    }

    static Model WrittenAndRead(Model model)
    {
        using var stream = new MemoryStream();
        OnnxWriter.Write(model, stream);
        return OnnxReader.Read(stream.ToArray(), model.Source);
    }

    static IEnumerable<TheoryDataRow<string>> ModelsUnder(params string[] parts) => Directory.Exists(SharedFolder.PathOf(parts))
        ? Directory.EnumerateFiles(SharedFolder.PathOf(parts), "*.onnx", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(path => new TheoryDataRow<string>(path))
        : [];
}
