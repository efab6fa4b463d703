namespace Octet.Pipeline;

/// <summary>What one step of a recipe gave, or several that were applied layer by layer together.</summary>
/// <param name="Steps">The names of the steps.</param>
/// <param name="SqnrDb">
/// The signal to quantization noise ratio of the worst output after the step, in decibels, on samples that the steps have not kept where
/// there are enough; null where it was not measured.
/// </param>
/// <param name="Remark">Which of several candidates was kept, or why the steps were left out; empty where there is nothing to say.</param>
public sealed record StepReport(IReadOnlyList<string> Steps, double? SqnrDb, string Remark)
{
    /// <summary>How the remark begins where the model does not allow the steps.</summary>
    internal const string LeftOut = "left out";

    /// <summary>Whether the model did not allow the steps, so that they changed nothing; the remark says why.</summary>
    public bool IsLeftOut => Remark.StartsWith(LeftOut, StringComparison.Ordinal);
}
