using Octet.Jobs;
using Octet.Tests.Data;

namespace Octet.Tests.Jobs;

/// <summary>What jobs refuse before they begin: outputs that would cost the user a file.</summary>
public sealed class JobTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, InlineData("model.onnx", "model.onnx"), InlineData("model.onnx", "./folder/../model.onnx")]
    public void A_job_does_not_write_over_the_model_that_it_reads(string model, string output)
    {
        ShouldRefuse(output, new QuantizationJob { Model = model, Output = output, Data = "pictures" });
        ShouldRefuse(output, new QuantizationJob { Model = model, Output = "other.onnx", Data = "pictures", Table = output });
        ShouldRefuse(output, new CalibrationJob { Model = model, Output = output, Data = "pictures" }.Run);
        ShouldRefuse(output, new PreparationJob { Model = model, Output = output }.Run);
        ShouldRefuse(output, new PreparationJob { Model = model, Output = "other.onnx", TestInput = ["in.npz"], TestResult = output }.Run);
    }

    [Fact]
    public void Nor_over_anything_else_that_it_reads()
    {
        ShouldRefuse("table", new QuantizationJob { Model = "model.onnx", Output = "table", Table = "table" });
        ShouldRefuse("data.npy", new QuantizationJob { Model = "model.onnx", Output = "data.npy", Data = "data.npy" });
        ShouldRefuse("labels.txt",
            new QuantizationJob
            { Model = "model.onnx", Output = "o", Data = "d", Table = "labels.txt", Validation = "v", Labels = "labels.txt" });
        ShouldRefuse("part2", new CalibrationJob { Model = "model.onnx", Output = "part2", Merge = ["part1", "part2"] }.Run);
        ShouldRefuse("in.npz",
            new PreparationJob { Model = "model.onnx", Output = "o", TestInput = ["in.npz"], TestResult = "in.npz" }.Run);
    }

    [Fact]
    public void A_link_to_what_is_read_is_the_same_file()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("Links need a privilege here.");
        var (model, link) = (_folder.PathOf("model.onnx"), _folder.PathOf("link.onnx"));
        File.CreateSymbolicLink(link, "model.onnx");

        ShouldRefuse(link, new QuantizationJob { Model = model, Output = link, Data = "pictures" });
    }

    [Fact]
    public void Two_results_do_not_go_to_one_file() =>
        Should.Throw<OutputFileException>(
            () => new QuantizationJob { Model = "model.onnx", Output = "o", Data = "d", Table = "./o" }.Run(Cancel))
            .Message.ShouldBe("'./o' cannot be written: two results would have this name; give another to one of them.");

    [Fact]
    public void With_samples_a_table_of_another_tool_is_not_written_over()
    {
        var table = _folder.Write("model_cali_table", "# op_name    threshold    min    max\ninput 2.6 -2.1 2.6\n"u8.ToArray());

        Should.Throw<OutputFileException>(
            () => new QuantizationJob { Model = "model.onnx", Output = "o", Data = "d", Table = table }.Run(Cancel))
            .Message.ShouldContain("leave out the samples to use it as a calibration table");
    }

    static void ShouldRefuse(string output, QuantizationJob job) => ShouldRefuse(output, job.Run);

    static void ShouldRefuse<T>(string output, Func<CancellationToken, T> run) =>
        Should.Throw<OutputFileException>(() => run(Cancel)).Message.ShouldBe($"'{output}' cannot be written: it is read too, and would "
            + "be lost; name another file.");
}
