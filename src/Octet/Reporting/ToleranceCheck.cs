using System.Globalization;
using System.Text;
using Octet.Evaluation;

namespace Octet.Reporting;

/// <summary>How near to the float model an integer one has to be.</summary>
public sealed record ToleranceCheck
{
    /// <summary>Of each value that is checked; 1 is the same direction.</summary>
    public float MinCosine { get; init; } = 0.8f;

    /// <summary>See <see cref="SignalComparison.EuclidSimilarity"/>; 1 is equal.</summary>
    public float MinEuclid { get; init; } = 0.5f;

    /// <summary>The samples to check on; null takes the first calibration samples.</summary>
    public string? Samples { get; init; }

    /// <summary>Whether every value that both models have is checked, and not the outputs alone.</summary>
    public bool All { get; init; }

    /// <summary>Values that are left out.</summary>
    public IReadOnlyList<string> Except { get; init; } = [];

    /// <summary>Judges what a comparison found.</summary>
    /// <exception cref="ToleranceException">Nothing is left to check, or a name to leave out does not exist.</exception>
    public CheckReport Judge(ComparisonResult comparison)
    {
        var all = comparison.Layers.Concat(comparison.Outputs).ToArray();
        if (Except.FirstOrDefault(name => all.All(layer => layer.Name != name)) is { } unknown)
        {
            var hint = Spelling.FindClosest(unknown, all.Select(layer => layer.Name)) is { } closest ? $"; did you mean '{closest}'?" : ".";
            throw new ToleranceException($"The check cannot leave out '{unknown}': the models have no such value{hint}");
        }
        var layers = (All ? all : comparison.Outputs).Where(layer => !Except.Contains(layer.Name)).ToArray();
        if (layers.Length == 0) throw new ToleranceException("The check compares nothing: all values are left out.");

        var missed = layers.Where(layer => !(layer.Cosine >= MinCosine && layer.Comparison.EuclidSimilarity >= MinEuclid));
        return new()
        {
            MinCosine = MinCosine,
            MinEuclid = MinEuclid,
            Checked = layers.Length,
            WorstCosine = layers.Min(layer => layer.Cosine),
            WorstEuclid = layers.Min(layer => layer.Comparison.EuclidSimilarity),
            Missed = [.. missed.Select(
                layer => new CheckedLayer(layer.Name, layer.Operator, layer.Cosine, layer.Comparison.EuclidSimilarity)
                {
                    Gain = layer.Comparison is { Reference: > 0 and var power } figures ? figures.Product / power : 1,
                })],
        };
    }
}

/// <summary>The integer model is further from the float model than was allowed.</summary>
public sealed class ToleranceException(string message) : OctetException(message)
{
    const int MaxListed = 40;

    /// <summary>A table of the values that missed it.</summary>
    /// <param name="model">The file that was written.</param>
    /// <param name="report">What was found.</param>
    /// <param name="reference">What the values were compared with.</param>
    /// <param name="advice">The cause, and what to do; null where it is not known.</param>
    public static ToleranceException Of(string model, CheckReport report, string reference = "the float model", Advice? advice = null)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture,
            $"'{model}' was written, but {report.Missed.Count} of {report.Checked} value(s) are further from {reference} than "
            + $"cosine {report.MinCosine:0.#####} and Euclid similarity {report.MinEuclid:0.#####} allow:");
        text.Append(CultureInfo.InvariantCulture, $"{Environment.NewLine}    cosine     euclid  operator      value");
        foreach (var layer in report.Missed.Take(MaxListed))
            text.Append(CultureInfo.InvariantCulture,
                $"{Environment.NewLine}  {layer.Cosine,8:F5}  {layer.Euclid,9:F5}  {layer.Operator,-12}  {layer.Name}");
        if (report.Missed.Count > MaxListed)
            text.Append(CultureInfo.InvariantCulture, $"{Environment.NewLine}  … and {report.Missed.Count - MaxListed} more");
        if (advice is not null) text.AppendLine().Append(advice);
        return new(text.ToString());
    }
}
