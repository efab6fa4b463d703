namespace Octet.Pipeline;

/// <summary>What one step of a recipe gave, or several that were applied layer by layer together.</summary>
/// <param name="Steps">The names of the steps.</param>
/// <param name="SqnrDb">
/// The signal to quantization noise ratio of the worst output after the step, in decibels, on samples that the steps have not kept where
/// there are enough; null where it was not measured.
/// </param>
/// <param name="Remark">Which of several candidates was kept; empty where there was one.</param>
public sealed record StepReport(IReadOnlyList<string> Steps, double? SqnrDb, string Remark);
