namespace Octet.Tests.Training;

/// <summary>Cancels a run when a step reports that so much is done.</summary>
/// <param name="cancel">What the run listens to.</param>
/// <param name="done">How much; null for never.</param>
sealed class StopAfter(CancellationTokenSource cancel, int? done) : IProgress<StepProgress>
{
    public void Report(StepProgress value)
    {
        if (value.Done == done) cancel.Cancel();
    }
}
