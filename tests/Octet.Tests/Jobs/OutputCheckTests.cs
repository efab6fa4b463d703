using System.Diagnostics;
using Octet.Data;
using Octet.Evaluation;
using Octet.Jobs;
using Octet.Onnx;

namespace Octet.Tests.Jobs;

public sealed class OutputCheckTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    string PathOf(string name) => _folder.PathOf(name);

    [Fact]
    public void All_problems_are_told_at_once_and_nothing_is_left()
    {
        _folder.Write("in.npz", [1]);

        var message =
            Refused([PathOf("no/o.onnx"), _folder.Path, PathOf("in.npz"), PathOf("o"), PathOf("./o"), PathOf("fine"), null],
                PathOf("in.npz"), null);

        message.ReplaceLineEndings("\n").Split('\n').ShouldBe(
        [
            $"'{PathOf("no/o.onnx")}' cannot be written: there is no folder '{PathOf("no")}'.",
            $"'{_folder.Path}' cannot be written: a folder has this name.",
            $"'{PathOf("in.npz")}' cannot be written: it is read too, and would be lost; name another file.",
            $"'{PathOf("./o")}' cannot be written: two results would have this name; give another to one of them.",
        ]);
        Directory.GetFiles(_folder.Path).ShouldBe([PathOf("in.npz")]);
    }

    [Fact]
    public void A_sample_or_a_label_is_not_written_over()
    {
        _folder.Write("data/a.npy", [1]);
        _folder.Write("data/b/a.txt", [1]);
        _folder.Write("data/old.onnx", [1]);
        _folder.Write("lists/list.txt", "# samples\n../data/a.npy, other.npy\n");
        _folder.Write("lists/other.npy", [1]);

        Refused([PathOf("data/a.npy")], PathOf("data"))
            .ShouldContain($"it is one of the files that '{PathOf("data")}' gives, and would be lost");
        Refused([PathOf("data/b/a.txt")], PathOf("data")).ShouldContain("would be lost");
        Refused([PathOf("lists/other.npy")], PathOf("lists/list.txt")).ShouldContain("would be lost");
        Refused([PathOf("data/a.npy")], PathOf("lists/list.txt")).ShouldContain("would be lost");
        OutputCheck.Check([PathOf("data/new.npy"), PathOf("data/old.onnx")], [PathOf("data"), PathOf("lists/list.txt"), PathOf("absent")]);
    }

    [Fact]
    public void Weights_beside_the_model_are_not_written_over()
    {
        var model = OnnxReader.Read(Signs.Model);
        OnnxWriter.Write(model, PathOf("m.onnx"), new() { ExternalDataThreshold = 0 });
        var weights = PathOf("m.onnx.data");
        var before = File.ReadAllBytes(weights);
        OnnxReader.Read(PathOf("m.onnx")).DataFiles.ShouldBe([weights]);
        File.Copy(PathOf("m.onnx"), PathOf("copy.onnx"));

        Should.Throw<OutputFileException>(
            () => new PreparationJob
            { Model = PathOf("m.onnx"), Output = weights }.Run(TestContext.Current.CancellationToken)).Message.ShouldContain(
                "would be lost");
        Should.Throw<OutputFileException>(
            () => new PreparationJob
            {
                Model = PathOf("copy.onnx"),
                Output = PathOf("m.onnx")
            }.Run(TestContext.Current.CancellationToken)).Message.ShouldContain(
                    "its weights might replace");
        File.ReadAllBytes(weights).ShouldBe(before);
    }

    [Fact]
    public void The_output_is_looked_at_before_any_sample_is()
    {
        var job = new QuantizationJob
        {
            Model = Signs.Model,
            Data = Signs.Calibration,
            Preprocessing = Signs.Preprocessing,
            Output = PathOf("no/o.onnx"),
            Options = new() { RunOptions = new() { Progress = new NoProgressExpected() } },
        };
        Should.Throw<OutputFileException>(() => job.Run(TestContext.Current.CancellationToken)).Message.ShouldContain("there is no folder");
        Should.Throw<OutputFileException>(
            () => (job with { Output = PathOf("o.onnx"), AlsoRead = [PathOf("o.onnx")] }).Run(
                TestContext.Current.CancellationToken)).Message.ShouldContain("would be lost");
    }

    [Fact]
    public void Pipes_are_refused_or_skipped_and_never_waited_for()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("There are no such pipes here.");
        var (input, pipe) = (new ModelInput("input", Octet.Tensors.DataType.Float32, null), PathOf("data/b.png"));
        _folder.Write("data/a.png", File.ReadAllBytes(Signs.Picture));
        using (var make = Process.Start("mkfifo", [pipe, PathOf("x.npy"), PathOf("x.npz"), PathOf("labels.json")])) make.WaitForExit();
        _folder.Write("list.txt", "data/b.png\n");

        var samples = SampleSource.Open(PathOf("data"), [input], new());
        samples.Count.ShouldBe(1);
        samples.NotRead.ShouldBe($"1 in '{PathOf("data")}' is a pipe or a device, which is not read");
        Should.Throw<SampleException>(() => SampleSource.Open(PathOf("list.txt"), [input], new())).Message.ShouldContain(
            "line 1: 'data/b.png' is a pipe or a device; give a file");
        foreach (var name in (string[])["data/b.png", "x.npy", "x.npz"])
        {
            Should.Throw<OctetException>(() => SampleSource.OpenSingle([PathOf(name)], [input], new()).Load(0)).Message.ShouldContain(
                "is a pipe or a device; give a file");
        }
        Should.Throw<SampleException>(() => Metrics.Open(MetricKind.Map, samples, PathOf("labels.json"), null, null)).Message.ShouldContain(
            "is a pipe or a device");
        Refused([pipe]).ShouldContain("it is a device or a pipe; name a file.");
        var text = PathOf("labels.json");
        var refusals = (Action[])
        [
            () => Quantizer.Load(text), () => Octet.Pipeline.RecipeFiles.RecipeFile.FindOrRead(text),
            () => Octet.Calibration.CalibrationTable.Load(text), () => SampleSource.Open(text, [input], new()),
            () => Metrics.Open(MetricKind.Top1, samples, text, null, null),
        ];
        foreach (var refusal in refusals) Should.Throw<OctetException>(refusal).Message.ShouldContain("is a pipe or a device");
    }

    static string Refused(string?[] outputs, params string?[] inputs) =>
        Should.Throw<OutputFileException>(() => OutputCheck.Check(outputs, inputs)).Message;

    sealed class NoProgressExpected : IProgress<StepProgress>
    {
        public void Report(StepProgress value) => Assert.Fail($"{value.Step} has begun.");
    }
}
