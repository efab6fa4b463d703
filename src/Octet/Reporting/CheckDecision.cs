using System.Globalization;
using Octet.Checking;
using Octet.Planning;

namespace Octet.Reporting;

/// <summary>Turns what a check found into a decision.</summary>
static class CheckDecision
{
    /// <summary>From this ratio on decisions of a network hardly change. With 16 bits a healthy one keeps 30 to 70 dB.</summary>
    const double GoodDb = 20;

    /// <summary>Between this ratio and <see cref="GoodDb"/> a classifier loses little, pixels and boxes more; below it every network
    /// does.</summary>
    const double PoorDb = 10;

    /// <summary>Points of a metric that a model may lose without anybody having to think about it.</summary>
    const double HarmlessLoss = 1;

    public static Advice For(ModelCheckReport report) =>
        report.FloatModel?.Doubts.Any(doubt => doubt.IsSevere) == true
            ? new("The float model seems to give wrong answers, so that nothing here says what its integers are worth. Mend that first.",
                [new(RemedyKind.CheckPreprocessing)])
            : report.Widths is { } widths ? ForWidths(report, widths) : ForLook(report);

    static Advice ForWidths(ModelCheckReport report, WidthReport widths)
    {
        if (Lost(widths.FloatAccuracy?.Value - widths.Accuracy16?.Value, widths.Sqnr16Db) is { } at16)
        {
            return new(
                $"16 bits are bad already ({at16}): not the width of integers is to blame. Look for the cause elsewhere: preprocessing "
                + $"that is not that of training, operators with a range that these samples do not show, an export that changed the "
                + $"model{(report.Findings.Any(finding => finding.Severity == Severity.Problem) ? ", and the problems above" : "")}.",
                [new(RemedyKind.CheckPreprocessing)]);
        }
        if (Lost(widths.FloatAccuracy?.Value - widths.Accuracy8?.Value, widths.Sqnr8Db) is not { } at8)
        {
            return new("8 bits are enough: quantize the model, and confirm it on labelled samples.", []);
        }
        var (culprit, remedies) = Remedies(widths, report.Target == Target.Tidl.Name);
        if (widths is { Accuracy8: null, Sqnr8Db: >= PoorDb })
        {
            return new(
                $"16 bits are fine, and 8 may be enough: {at8}, which is usually harmless to a classifier and visible in pixels and "
                + $"boxes. If measured accuracy says it is too much, {culprit}",
                [new(RemedyKind.MeasureAccuracy), .. remedies]);
        }
        return new($"16 bits are fine and 8 are not "
            + $"({at8}): {culprit}{(Count(report) is { Length: > 0 } count ? $" The places above ({count}) say where it happens." : "")}",
            remedies);
    }

    /// <summary>Whether weights or values between operators lose most, and what to do about it.</summary>
    static (string Culprit, Remedy[] Remedies) Remedies(WidthReport widths, bool isForTidl) =>
        (widths.SqnrWeights8Db < GoodDb, widths.SqnrValues8Db < GoodDb) switch
        {
            (true, false) => ("8-bit weights are to blame, not the values between operators.", isForTidl
                ? [new(RemedyKind.UseRecipe, "pow2-best", "ti-advanced-dw"), new(RemedyKind.Train)]
                : [new(RemedyKind.LeaveInFloats), new(RemedyKind.WidenWeights, "16")]),
            (false, true) => ("8-bit values between operators are to blame, not the weights.", isForTidl
                ? [new(RemedyKind.UseRecipe, "pow2-best", "ti-advanced"), new(RemedyKind.UseRecipe, "pow2-best-16")]
                : [new(RemedyKind.ChangeMethod), new(RemedyKind.WidenActivations, "16")]),
            _ => ("weights and values between operators both suffer from 8 bits.", isForTidl
                ? [new(RemedyKind.UseRecipe, "pow2-best", "ti-advanced-dw"), new(RemedyKind.UseRecipe, "pow2-best-16"),
                    new(RemedyKind.Train)]
                : [new(RemedyKind.UseRecipe, "best"), new(RemedyKind.ChangeMethod), new(RemedyKind.WidenActivations, "16"),
                new(RemedyKind.Train)]),
        };

    /// <summary>What was lost, in words; null where it is harmless. Accuracy decides where it is known.</summary>
    static string? Lost(double? points, double sqnr) => points switch
    {
        null => sqnr < GoodDb ? string.Create(CultureInfo.InvariantCulture, $"output SQNR is {sqnr:F1} dB") : null,
        > HarmlessLoss => string.Create(CultureInfo.InvariantCulture, $"{points:F2} points of accuracy are lost"),
        _ => null,
    };

    static Advice ForLook(ModelCheckReport report) => new(
        (Count(report) is { Length: > 0 } count
            ? $"{count} without running anything; expect 8 bits to cost accuracy. " : "Nothing in the file speaks against 8 bits. ")
        + "Some samples would tell more: 16 bits beside 8 then show whether integers are to blame.", []);

    /// <summary><c>2 problems, 1 warning</c>; empty where there are only notes.</summary>
    static string Count(ModelCheckReport report)
    {
        var counts = from severity in new[] { Severity.Problem, Severity.Warning }
                     let count = report.Findings.Count(finding => finding.Severity == severity)
                     where count > 0
                     select $"{count} {(severity == Severity.Problem ? "problem" : "warning")}{(count == 1 ? "" : "s")}";
        return string.Join(", ", counts);
    }
}
