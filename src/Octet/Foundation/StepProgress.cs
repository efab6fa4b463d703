namespace Octet.Foundation;

/// <summary>How far a long run has come; what the command line shows as bars.</summary>
/// <param name="Step">What is being done: <c>calibrate</c>.</param>
/// <param name="Done">Samples (or other units) finished.</param>
/// <param name="Total">Samples (or other units) in all.</param>
public readonly record struct StepProgress(string Step, int Done, int Total);
