namespace Octet.Evaluation;

/// <summary>How much the accuracy of a model differs from another's on the same samples, with the interval in which the difference lies for
/// all samples of their kind.</summary>
/// <param name="Metric">The figure that is compared: <c>top-1</c>.</param>
/// <param name="Points">Percent points, the second model minus the first: negative for a loss.</param>
/// <param name="Low">The lower end of the interval that holds the difference with 95 % confidence.</param>
/// <param name="High">The upper end.</param>
/// <param name="PValue">How likely so large a difference is between models that are equally good, where the exact test of McNemar tells;
/// else null.</param>
/// <param name="Method">How the interval was found.</param>
/// <param name="Samples">How many samples both models were judged on.</param>
public sealed record AccuracyDifference(string Metric, double Points, double Low, double High, double? PValue, string Method, int Samples)
{
    /// <summary>Whether the difference can be told from none: the interval lies on one side of zero.</summary>
    public bool IsClear => Low > 0 || High < 0;

    /// <summary><c>-0.25 points (95 %: -1.35 to 0.80), which cannot be told from none</c>.</summary>
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture,
        $"{Points:+0.00;-0.00;0.00} points (95 %: {Low:+0.00;-0.00;0.00} "
        + $"to {High:+0.00;-0.00;0.00}){(IsClear ? "" : ", which cannot be told from none")}");
}
