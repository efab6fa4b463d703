namespace Octet.Reporting;

/// <summary>Turns figures into a decision.</summary>
static class Advice
{
    /// <summary>Points of a metric that a model may lose without anybody having to think about it.</summary>
    const double HarmlessLoss = 1.0;

    /// <summary>Points from which something is wrong with the ranges rather than with 8 bits.</summary>
    const double SevereLoss = 5.0;

    /// <summary>Below this ratio (dB) at an output, decisions of a classifier begin to change; 10 dB is an error of a third of the signal.</summary>
    const double PoorSqnr = 10;

    const double GoodSqnr = 20;

    /// <summary>Below this share of the multiplications in integers, the file is a float model that takes long to load.</summary>
    const double LeastShare = 0.5;

    public static string For(RunReport report) => report.Work is { Share: < LeastShare } work
        ? $"Only {100 * work.Share:F0} % of the multiply-accumulates run in integers, so that little is gained: {string.Join("; ", work.FloatLayers)}. {ForQuality(report, isGood: "")}".TrimEnd()
        : ForQuality(report, isGood: ": good");

    static string ForQuality(RunReport report, string isGood)
    {
        if (report is { FloatAccuracy: { } before, IntegerAccuracy: { } after }) return ForLoss(before.Value - after.Value, before.Metric, report);

        var worst = report.Outputs.Count > 0 ? report.Outputs.Min(output => output.SqnrDb) : double.NaN;
        return worst switch
        {
            double.PositiveInfinity => "The outputs are exactly those of the float model. Confirm it on labelled samples with --validate and --labels.",
            double.NaN => "Measure it: 'octet evaluate' on labelled samples, or 'octet compare' with the float model.",
            < PoorSqnr => $"The output keeps only {worst:F1} dB over its noise: expect a visible loss. Measure it with --validate and --labels, and try {Other(report)}; the layers listed lose most.",
            < GoodSqnr => $"The output keeps {worst:F1} dB over its noise: usually harmless to a classifier, visible in pixels and boxes. Measure it with --validate and --labels before shipping.",
            _ => $"The output keeps {worst:F1} dB over its noise{isGood}. Confirm it on labelled samples with --validate and --labels.",
        };
    }

    static string ForLoss(double loss, string metric, RunReport report) => loss switch
    {
        <= 0 => "No loss on these samples: ship it.",
        <= HarmlessLoss => $"It loses {loss:F2} points of {metric}: ship it, or try {Other(report)} for the rest.",
        < SevereLoss => $"It loses {loss:F2} points of {metric}: try {Other(report)}, and more calibration samples that look like the real ones.{Worst(report)}",
        _ => $"It loses {loss:F2} points of {metric}: do not ship it. Check first that the preprocessing is the one of training, then try {Other(report)}.{Worst(report)}",
    };

    /// <summary>What else there is to try: the recipe that tunes layers, and where that was it, wider integers where they matter.</summary>
    static string Other(RunReport report) =>
        report.Method == TexasInstruments.QuantModuleOptions.MethodName ? "--recipe pow2-best, or 16 bits (--activations int16)"
        : Pipeline.Recipes.Named(report.Recipe) is { ChangesWeights: true } ? "--exclude with the layers that lose most, or --activations int16"
        : "--recipe best, which tunes layer by layer, or another --method";

    static string Worst(RunReport report) =>
        report.WorstLayers is [var layer, ..] ? $" The layer that loses most is '{layer.Name}' ({layer.Operator}, {layer.SqnrDb:F1} dB)." : "";
}
