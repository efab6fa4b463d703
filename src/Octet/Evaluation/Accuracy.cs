namespace Octet.Evaluation;

/// <summary>How good a model's answers are, in percent.</summary>
/// <param name="Metric">The figure that decides: <c>top-1</c>, <c>mIoU</c> or <c>AP50:95</c>.</param>
/// <param name="Figures">All figures by their names, the deciding one first.</param>
/// <param name="Samples">How many were judged.</param>
/// <param name="Seconds">Wall time of the whole evaluation, decoding included.</param>
public sealed record Accuracy(string Metric, IReadOnlyDictionary<string, double> Figures, int Samples, double Seconds)
{
    /// <summary>The figure that decides.</summary>
    public double Value => Figures[Metric];
}
