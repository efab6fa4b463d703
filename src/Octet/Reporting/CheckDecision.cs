using System.Globalization;
using Octet.Checking;

namespace Octet.Reporting;

/// <summary>Turns what a check found into a decision.</summary>
static class CheckDecision
{
    /// <summary>From this ratio on decisions of a network hardly change. With 16 bits a healthy one keeps 30 to 70 dB.</summary>
    const double GoodDb = 20;

    /// <summary>Between this ratio and <see cref="GoodDb"/> a classifier loses little, pixels and boxes more; below it every network does.</summary>
    const double PoorDb = 10;

    /// <summary>Points of a metric that a model may lose without anybody having to think about it.</summary>
    const double HarmlessLoss = 1;

    public static string For(ModelCheckReport report) => report.Widths is { } widths ? ForWidths(report, widths) : ForLook(report);

    static string ForWidths(ModelCheckReport report, WidthReport widths)
    {
        if (Lost(widths.FloatAccuracy?.Value - widths.Accuracy16?.Value, widths.Sqnr16Db) is { } at16)
        {
            return $"16 bits are bad already ({at16}): not the width of integers is to blame. Look for the cause elsewhere: preprocessing that is not that of training, operators with a range that these samples do not show, "
                + $"an export that changed the model{(report.Findings.Any(finding => finding.Severity == Severity.Problem) ? ", and the problems above" : "")}.";
        }
        if (Lost(widths.FloatAccuracy?.Value - widths.Accuracy8?.Value, widths.Sqnr8Db) is not { } at8)
        {
            return "8 bits are enough: quantize the model, and confirm it on labelled samples.";
        }
        if (widths is { Accuracy8: null, Sqnr8Db: >= PoorDb })
        {
            return $"16 bits are fine, and 8 may be enough: {at8}, which is usually harmless to a classifier and visible in pixels and boxes. Measure it with --validate and --labels. If it is too much, {Remedy(widths, report.Target == Planning.Target.Tidl.Name)}";
        }
        return $"16 bits are fine and 8 are not ({at8}): {Remedy(widths, report.Target == Planning.Target.Tidl.Name)}{(Count(report) is { Length: > 0 } count ? $" The places above ({count}) say where it happens." : "")}";
    }

    /// <summary>What to do depends on which half of the integers does the harm.</summary>
    static string Remedy(WidthReport widths, bool isForTidl) => (widths.SqnrWeights8Db < GoodDb, widths.SqnrValues8Db < GoodDb) switch
    {
        (true, false) => isForTidl
            ? "8-bit weights are to blame, not the values between operators. Try --recipe pow2-best and ti-advanced-dw, then training for integers."
            : "8-bit weights are to blame, not the values between operators. Leave the layers above in floats (--exclude), or give weights more bits (--weight-bits).",
        (false, true) => isForTidl
            ? "8-bit values between operators are to blame, not the weights. Try --recipe ti-advanced, then 16 bits between operators (--activations int16)."
            : "8-bit values between operators are to blame, not the weights. Try another --method, then 16 bits between operators (--activations int16).",
        _ => isForTidl
            ? "weights and values between operators both suffer from 8 bits. Try --recipe pow2-best and ti-advanced-dw, then 16 bits between operators (--activations int16), then training for integers."
            : "weights and values between operators both suffer from 8 bits. Try another --method, then 16 bits between operators (--activations int16), then training for integers.",
    };

    /// <summary>What was lost, in words; null where it is harmless. Accuracy decides where it is known.</summary>
    static string? Lost(double? points, double sqnr) => points switch
    {
        null => sqnr < GoodDb ? string.Create(CultureInfo.InvariantCulture, $"the outputs keep {sqnr:F1} dB over their noise") : null,
        > HarmlessLoss => string.Create(CultureInfo.InvariantCulture, $"{points:F2} points of accuracy are lost"),
        _ => null,
    };

    static string ForLook(ModelCheckReport report) => (Count(report) is { Length: > 0 } count
        ? $"{count} without running anything; expect 8 bits to cost accuracy. "
        : "Nothing in the file speaks against 8 bits. ") + "Give --data with some pictures to know: 16 bits beside 8 then tell whether integers are to blame.";

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
