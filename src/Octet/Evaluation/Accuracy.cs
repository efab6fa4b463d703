namespace Octet.Evaluation;

/// <summary>How often the right class was among a classifier's best answers.</summary>
/// <param name="Samples">How many were classified.</param>
/// <param name="Top1">Percent of samples whose class got the highest score.</param>
/// <param name="Top5">Percent of samples whose class got one of the five highest scores.</param>
/// <param name="Seconds">Wall time of the whole evaluation, decoding included.</param>
public sealed record Accuracy(int Samples, double Top1, double Top5, double Seconds);
