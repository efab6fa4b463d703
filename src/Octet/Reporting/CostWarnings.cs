namespace Octet.Reporting;

/// <summary>Tells where an integer model gains nothing, in size or in speed, and where steps of its recipe could not be applied.</summary>
static class CostWarnings
{
    /// <summary>
    /// What the conversion of one element between floats and integers costs, in multiplications of floats; and which part of a
    /// multiplication integers save. Rough figures, good for a warning: a conversion reads, rounds and writes an element of its own, where
    /// vector kernels multiply from registers.
    /// </summary>
    const double ConversionCost = 5, Saved = 0.65;

    public static IReadOnlyList<string> For(RunReport report)
    {
        var warnings = new List<string>();
        warnings.AddRange(report.Steps.Where(step => step.IsLeftOut)
            .Select(step => $"{string.Join(", ", step.Steps)} {step.Remark}. The ranges alone were chosen."));
        if (report.IntegerBytes >= report.FloatBytes) warnings.Add(
            $"The file is no smaller than the float model's ({report.IntegerBytes / 1e3:N0} kB, before {report.FloatBytes / 1e3:N0} kB): "
            + "its weights are few beside the scales, names and tables that were added. Where size is the aim, keep the float model.");
        if (report.Work is { Macs: > 0 } work && work.Converted * ConversionCost > work.IntegerMacs * Saved) warnings.Add(
            $"The file may be slower than the float model: {work.Converted:N0} elements go between floats and integers "
            + $"for {work.IntegerMacs:N0} multiplications. "
            + "Measure both; where the float model is faster keep it, or leave the small layers between float operators in floats too.");
        return warnings;
    }
}
