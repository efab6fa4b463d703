using Octet.Evaluation;
using Octet.Planning;
using Octet.Reporting;

namespace Octet.Tests.Reporting;

/// <summary>Advice follows from recipe and bits: nothing is recommended that was done already, or that makes it worse.</summary>
public sealed class AdviceTests
{
    static RunReport Report(string recipe, string method, int bits, double loss) => new()
    {
        Model = "m.onnx",
        Target = "onnxruntime",
        Recipe = recipe,
        Method = method,
        ActivationBits = bits,
        FloatAccuracy = Top1(80),
        IntegerAccuracy = Top1(80 - loss),
        WorstLayers = [new("conv7", "Conv", 3, 0.5)],
    };

    static Accuracy Top1(double percent) => new([new("top1", "top-1", percent)], 100, 1);

    static IEnumerable<RemedyKind> Kinds(Advice advice) => advice.Remedies.Select(remedy => remedy.Kind);

    [Fact]
    public void A_recipe_that_rounds_to_the_nearest_is_followed_by_the_one_that_tunes()
    {
        var advice = Report("fast", "percentile", 8, loss: 3).Advice;

        advice.Remedies[0].ShouldBe(new(RemedyKind.UseRecipe, "best"), Same);
        advice.Verdict.ShouldContain("'conv7'");
    }

    [Fact]
    public void A_tuned_recipe_is_followed_by_training_floats_for_the_worst_layer_and_more_bits_unless_there_are_16()
    {
        Kinds(Report("best", "percentile", 8, loss: 3).Advice)
            .ShouldBe([RemedyKind.UseRecipe, RemedyKind.LeaveInFloats, RemedyKind.WidenActivations, RemedyKind.AddSamples]);
        Report("best", "percentile", 8, loss: 3).Advice.Remedies[0].Subjects.ShouldBe(["qat"]);
        Report("pow2-best", "percentile", 8, loss: 3).Advice.Remedies[0].Subjects.ShouldBe(["pow2-qat"]);
        Kinds(Report("pow2-qat", "percentile", 8, loss: 3).Advice).ShouldNotContain(RemedyKind.UseRecipe);
        Kinds(Report("best", "percentile", 16, loss: 3).Advice).ShouldBe([RemedyKind.LeaveInFloats, RemedyKind.AddSamples]);
    }

    /// <summary>16-bit values beside 8-bit weights took DeepLabV3 by TI's calibration from 41.9 to 3.8 mIoU.</summary>
    [Theory, InlineData(8), InlineData(16)]
    public void TIs_recipes_are_never_told_to_widen_values_alone(int bits)
    {
        var advice = Report("ti-advanced", "pact2", bits, loss: 3).Advice;

        Kinds(advice).ShouldNotContain(RemedyKind.WidenActivations);
        advice.Remedies[0].Subjects.ShouldContain("pow2-best-16");
    }

    /// <summary>A quarter of a point on 400 samples is one picture; on 40 samples as little may hide a loss of ten points.</summary>
    [Fact]
    public void A_difference_that_may_be_none_is_no_loss_where_samples_are_many_and_not_known_where_they_are_few()
    {
        RunReport With(int gained, int lost, int samples) =>
            Report("best", "percentile", 8,
                loss: 100.0 * (lost - gained) / samples) with
            { Difference = PairedProportions.Compare("top-1", gained, lost, samples) };

        With(7, 8, 400).Advice.Verdict.ShouldMatch("^top-1 differs by -0.25 points .* which cannot be told from none on 400 samples: ship "
            + "it");
        With(1, 1, 40).Advice.Verdict.ShouldContain("Measure on more samples before you ship it");
        Kinds(With(1, 3, 40).Advice).First().ShouldBe(RemedyKind.MeasureAccuracy);
        With(2, 22, 400).Advice.Verdict.ShouldStartWith("It loses 5.00 points");
    }

    [Fact]
    public void No_loss_is_shipped_and_a_large_one_is_first_looked_for_in_the_preprocessing()
    {
        Report("fast", "percentile", 8, loss: 0).Advice.Remedies.ShouldBeEmpty();
        Kinds(Report("fast", "percentile", 8, loss: 9).Advice).First().ShouldBe(RemedyKind.CheckPreprocessing);
    }

    [Fact]
    public void A_missed_tolerance_ends_in_a_cause_and_a_remedy()
    {
        RunReport With(double gain) => Report("tensorrt", "kl", 8, loss: 0) with
        {
            Check = new() { Checked = 2, Missed = [new("scores", "Conv", 0.9, 0.4) { Gain = gain }] },
        };

        With(0.6).Advice.Verdict.ShouldContain("'scores' by most. It is 0.60 times as large as it should be");
        With(0.6).Advice.Remedies[0].ShouldBe(new(RemedyKind.ChangeMethod, "minmax"), Same);
        With(1).Advice.Verdict.ShouldContain("'conv7'");
        Kinds(With(1).Advice).ShouldBe([RemedyKind.UseRecipe, RemedyKind.ChangeMethod]);
    }

    [Fact]
    public void A_dynamic_model_is_not_told_to_choose_ranges()
    {
        Kinds(Report("dynamic", "dynamic", 8, loss: 3).Advice)
            .ShouldBe([RemedyKind.LeaveInFloats, RemedyKind.UseRecipe, RemedyKind.AddSamples]);
    }

    /// <summary>The library does not know the command line.</summary>
    [Fact]
    public void Texts_name_no_options()
    {
        foreach (var kind in Enum.GetValues<RemedyKind>()) new Remedy(kind, "16").ToString().ShouldNotContain("--");
        foreach (var loss in new[] { 0, 0.5, 3, 9 }) Report("fast", "percentile", 8, loss).Advice.ToString().ShouldNotContain("--");
    }

    static readonly IEqualityComparer<Remedy> Same =
        EqualityComparer<Remedy>.Create((one, other) => one!.Kind == other!.Kind && one.Subjects.SequenceEqual(other.Subjects));
}
