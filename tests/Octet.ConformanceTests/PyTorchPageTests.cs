using Octet.Data;
using Octet.Evaluation;
using Octet.Onnx;
using Octet.Pipeline;
using Octet.Planning;
using Octet.Running;

namespace Octet.ConformanceTests;

/// <summary>What docs/pytorch.md shows is what runs. The example uses the working directory and the console, so nothing else may run
/// meanwhile.</summary>
[Collection(nameof(ReadmeTests))]
public sealed class PyTorchPageTests
{
    /// <summary>The test is about the steps; the page has the figures of all 400.</summary>
    const int Pictures = 60;

    /// <summary>The code between the markers below, as the page has it.</summary>
    static string Tutorial()
    {
        var lines = File.ReadAllLines(Path.Combine(SharedFolder.Repository, "tests", "Octet.ConformanceTests", "PyTorchPageTests.cs"))
            .SkipWhile(line => !line.EndsWith("// <page>", StringComparison.Ordinal)).Skip(1)
            .TakeWhile(line => !line.EndsWith("// </page>", StringComparison.Ordinal));
        return string.Join('\n', lines.Select(line => line.Length > 8 ? line[8..] : ""));
    }

    [Fact]
    public void The_tutorial_of_the_page_is_the_code_that_is_tested_here() =>
        File.ReadAllText(Path.Combine(SharedFolder.Repository, "docs", "pytorch.md"))
        .ShouldContain($"using Octet.Running;\n\n{Tutorial()}\n```");

    [Fact]
    public void The_tutorial_shows_what_scales_per_channel_are_worth()
    {
        var (model, calib, val) =
            (SharedFolder.Require("models", "mobilenet_v2_1.0_224.onnx"), SharedFolder.Require("data", "imagenet", "calib"),
                SharedFolder.Require("data", "imagenet", "val"));
        var output = Console.Out;
        using var folder = new TemporaryFolder().Enter();
        using var printed = new StringWriter();
        try
        {
            File.CreateSymbolicLink("mobilenet_v2.onnx", model);
            Directory.CreateDirectory("imagenet/val");
            Directory.CreateSymbolicLink("imagenet/calib", calib);
            File.CreateSymbolicLink("imagenet/val/labels.txt", Path.Combine(val, "labels.txt"));
            foreach (var picture in Directory.GetFiles(val, "*.jpg").Order(StringComparer.Ordinal).Take(Pictures))
                File.CreateSymbolicLink(Path.Combine("imagenet", "val", Path.GetFileName(picture)), picture);
            Console.SetOut(printed);
            Run();
        }
        finally
        {
            Console.SetOut(output);
        }

        var top1 = printed.ToString().Split('\n').Where(line => line.Contains("top-1"))
            .Select(line => double.Parse(line.Split("top-1 ")[1].Split(' ')[0])).ToArray();
        top1.Length.ShouldBe(4);
        top1[1].ShouldBeLessThan(40);
        top1[2].ShouldBeGreaterThan(top1[0] - 8);
        top1[3].ShouldBeGreaterThan(top1[0] - 8);
        printed.ToString().ShouldContain("after 100 samples");
    }

    static void Run()
    {
        // <page>
        // The float model, its accuracy, and how pictures become its input.
        var model = OnnxReader.Read("mobilenet_v2.onnx");
        var preprocessing = new ImagePreprocessing
        {
            Resize = ImageResize.ShortSideTo(256),
            Crop = new(224, 224),
            Mean = [127.5f],
            Scale = [1 / 127.5f],
        };
        preprocessing.StoreIn(model);
        var pictures = Quantizer.OpenSamples(model, "imagenet/val");
        var classes = new Classification(LabelFile.Read("imagenet/val/labels.txt").Of(pictures));
        Report("float", model, "mobilenet_v2.onnx");

        // Fuse: batch normalizations disappear into the convolutions before them.
        StaticQuantization.Fuse(model);

        // A qconfig is a recipe: PyTorch's default, the same with a scale for each channel, and the one for x86.
        var perTensor = Recipes.PyTorchDefault;
        var perChannel = perTensor with
        {
            Name = "per-channel",
            Config = perTensor.Config with { Weights = perTensor.Config.Weights with { PerChannel = true } }
        };
        foreach (var recipe in new[] { perTensor, perChannel, Recipes.PyTorchFbgemm })
        {
            // Prepare: an observer at every value that becomes integers. Then ten batches of ten pictures.
            var observed = StaticQuantization.Prepare(model, recipe);
            var calibration = Quantizer.OpenSamples(model, "imagenet/calib");
            for (var batch = 0; batch < 10; batch++) observed.Run(calibration.Slice(new(10 * batch, 10 * batch + 10)));
            Console.WriteLine($"the input lay in {observed.Observers["input"].Range} after {observed.Samples} samples");

            // Convert: scales, zero points, integer weights. What is evaluated is the file that was written.
            StaticQuantization.Convert(observed).Save($"{recipe.Name}.onnx");
            Report(recipe.Name, OnnxReader.Read($"{recipe.Name}.onnx"), $"{recipe.Name}.onnx");
        }

        void Report(string name, Octet.Graphs.Model evaluated, string path) => Console.WriteLine(
            $"{name}: top-1 {classes.Evaluate(new Session(evaluated.Graph), pictures).Value:F2} "
            + $"%, {new FileInfo(path).Length / 1e6:F2} MB");
        // </page>
    }
}
