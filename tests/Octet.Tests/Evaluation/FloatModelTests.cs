using Octet.Data;
using Octet.Evaluation;
using Octet.Jobs;
using Octet.Pipeline;

namespace Octet.Tests.Evaluation;

/// <summary>A float model that sees what it was not trained on is found out before anything is quantized.</summary>
public sealed class FloatModelTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    static FloatModelReport Look(ImagePreprocessing preprocessing, string? path = null, string? pictures = null)
    {
        var model = Quantizer.Load(path ?? Signs.Model, preprocessing);
        var run = FloatModelRun.Of(model, Quantizer.OpenSamples(model, pictures ?? Signs.Calibration), new(), default);
        return run.Report();
    }

    QuantizationJob Job(ImagePreprocessing preprocessing, string? labels = null) => new()
    {
        Model = Signs.Model,
        Output = _folder.PathOf("int8.onnx"),
        Data = Signs.Calibration,
        Samples = 12,
        Preprocessing = preprocessing,
        Options = new() { Recipe = Recipes.Fast },
        Validation = labels is null ? null : Signs.Validation,
        Labels = labels,
    };

    [Fact]
    public void The_preprocessing_of_training_raises_no_doubt_and_is_told_with_ranges_and_answers()
    {
        var seen = Look(Signs.Preprocessing);

        seen.Doubts.ShouldBeEmpty();
        seen.Preprocessing.ShouldBe("rgb, (x - [123.675, 116.28, 103.53]) * [0.017125, 0.017507, 0.017429]");
        seen.Inputs.ShouldHaveSingleItem().Low.ShouldBe(-2.118, 0.001);
        seen.Predictions.Count.ShouldBe(3);
        seen.Predictions[0].Answer.ShouldMatch(@"^class \d+ \([\d.]+\), class \d+ ");
    }

    /// <summary>Everything that people forget; each leaves the first layer of signs, whose outputs deviate by 0.8, with 48, 210,
    /// 0.0007.</summary>
    [Theory]
    [InlineData(0f, 1f, "expects smaller numbers")]
    [InlineData(127.5f, 1f, "expects smaller numbers")]
    [InlineData(0.485f, 4.367f, "give mean 123.68 and scale 0.017125")]
    [InlineData(0f, 1 / 65025f, "all pictures look alike")]
    public void Mean_and_scale_that_are_forgotten_or_of_a_wrong_unit_are_severe(float mean, float scale, string text)
    {
        var doubts = Look(new() { Mean = [mean], Scale = [scale] }).Doubts;

        doubts[0].IsSevere.ShouldBeTrue();
        doubts[0].Text.ShouldContain(text);
    }

    [Fact]
    public void Nothing_is_written_then_unless_one_insists()
    {
        var forgotten = Job(new());
        var problem = Should.Throw<FloatModelException>(() => forgotten.Run());
        problem.Message.ShouldContain("nothing was written");
        problem.Message.ShouldContain("pixels 0..255 as they are");
        problem.Change.ShouldBe(WhatToChange.Preprocessing);
        File.Exists(forgotten.Output).ShouldBeFalse();

        var report = (forgotten with { StopsAtDoubts = false }).Run();
        report.FloatModel!.Doubts[0].IsSevere.ShouldBeTrue();
        report.Advice.Verdict.ShouldStartWith("The float model seems to give wrong answers");
        File.Exists(forgotten.Output).ShouldBeTrue();
    }

    /// <summary>The labels of signs, 0 to 11, each one more.</summary>
    [Fact]
    public void Labels_that_count_from_one_are_found_by_counting_from_zero()
    {
        var labels = File.ReadLines(Signs.Labels).Select(line => line.Split(' '))
            .Select(words => $"{words[0]} {(int.Parse(words[^1]) + 1) % 12}");
        var problem =
            Should.Throw<FloatModelException>(() => Job(Signs.Preprocessing, _folder.Write("labels.txt", string.Join('\n', labels))).Run());

        problem.Message.ShouldContain("the labels seem to count from 1");
    }

    [Fact]
    public void A_good_model_is_reported_with_its_difference_and_its_agreement()
    {
        var report = Job(Signs.Preprocessing, Signs.Labels).Run();

        report.FloatModel!.Doubts.ShouldBeEmpty();
        report.Difference!.Samples.ShouldBe(192);
        report.Difference.Points.ShouldBe(report.IntegerAccuracy!.Value - report.FloatAccuracy!.Value, 1e-9);
        report.Agreement!.Of.ShouldBe("top class");
        report.Agreement.Percent.ShouldBeGreaterThan(90);
    }

    /// <summary>YOLOX takes pixels as they are: 0..255 is right for it, and a normalization is wrong.</summary>
    [Fact]
    public void Pixels_as_they_are_are_right_for_a_network_that_takes_them()
    {
        var model = SharedFolder.Require("models/yolox_nano_416.onnx");
        var pictures = SharedFolder.Require("data/coco/calib/images");
        var own = new ImagePreprocessing
        {
            Resize = ImageResize.To(416, 416),
            Resampling = Octet.Data.Images.Resampling.OpenCv,
            Letterbox = Letterbox.TopLeft,
            PixelFormat = PixelFormat.Bgr,
        };

        Look(own, model, pictures).Doubts.ShouldBeEmpty();
        Look(own with { Scale = [1 / 255f] }, model, pictures).Doubts[0].Text.ShouldContain("expects larger numbers");
    }
}
