using Octet.Checking;
using Octet.Evaluation;
using Octet.Planning;
using Octet.Reporting;

namespace Octet.Tests.Reporting;

public sealed class CheckDecisionTests
{
    static ModelCheckReport Report(double at16, double at8, double weights = 30, double values = 30, string target = "tidl") =>
        Looked(target) with
        {
            Samples = 10,
            Widths = new() { Sqnr16Db = at16, Sqnr8Db = at8, SqnrWeights8Db = weights, SqnrValues8Db = values }
        };

    static ModelCheckReport Looked(string target = "tidl") => new() { Model = "m.onnx", Target = target, Recipe = "ti-simple" };

    static Accuracy Top1(double percent) => new([new("top1", "top-1", percent)], 100, 1);

    [Theory]
    [InlineData(10, 5, 10, 10,
        "16 bits are bad already (output SQNR is 10.0 dB): not the width of integers is to blame.")]
    [InlineData(50, 25, 30, 30, "8 bits are enough")]
    [InlineData(50, 12, 13, 30,
        "16 bits are fine, and 8 may be enough: output SQNR is 12.0 dB, which is usually harmless to a classifier and visible in pixels "
        + "and boxes.")]
    [InlineData(50, 5, 6, 30,
        "16 bits are fine and 8 are not (output SQNR is 5.0 dB): 8-bit weights are to blame, not the values between operators. What to do: "
        + "use the recipe pow2-best or ti-advanced-dw; train for integers.")]
    [InlineData(50, 5, 30, 6,
        "16 bits are fine and 8 are not (output SQNR is 5.0 dB): 8-bit values between operators are to blame, not the weights. What to do: "
        + "use the recipe pow2-best or ti-advanced; use the recipe pow2-best-16.")]
    [InlineData(50, 5, 6, 6,
        "16 bits are fine and 8 are not (output SQNR is 5.0 dB): weights and values between operators both suffer")]
    public void Sixteen_bits_beside_eight_tell_what_is_to_blame(double at16, double at8, double weights, double values, string decision) =>
        Report(at16, at8, weights, values).Decision.ToString().ShouldStartWith(decision);

    [Fact]
    public void Another_target_gets_other_advice() =>
    Report(50, 5, 6, 6, "onnxruntime").Decision.Remedies.Select(remedy => remedy.Kind).ShouldContain(RemedyKind.ChangeMethod);

    [Fact]
    public void Accuracy_decides_where_it_is_known()
    {
        var report = Report(at16: 30, at8: 8, weights: 8);
        report = report with { Widths = report.Widths! with { FloatAccuracy = Top1(80), Accuracy16 = Top1(79.9), Accuracy8 = Top1(79.5) } };
        report.Decision.Verdict.ShouldStartWith("8 bits are enough");

        report = report with { Widths = report.Widths! with { Accuracy8 = Top1(70) } };
        report.Decision.Verdict.ShouldStartWith("16 bits are fine and 8 are not (10.00 points of accuracy are lost)");
    }

    [Fact]
    public void Without_samples_the_findings_are_counted()
    {
        Looked().Decision.Verdict.ShouldStartWith("Nothing in the file speaks against 8 bits. Some samples");

        Finding Of(Severity severity) => new(severity, "Conv", "c", "is wrong", 0);
        var found = Looked() with
        {
            Guidelines =
            [new("a", "b", "c", [Of(Severity.Problem), Of(Severity.Warning), Of(Severity.Warning), Of(Severity.Note)])]
        };
        found.Decision.Verdict.ShouldStartWith("1 problem, 2 warnings without running anything; expect 8 bits to cost accuracy.");
    }
}
