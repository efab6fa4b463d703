namespace Octet.Reporting;

/// <summary>Whether an integer model is within tolerance of the float model.</summary>
public sealed record CheckReport
{
    /// <summary>What was asked for; see <see cref="ToleranceCheck.MinCosine"/>.</summary>
    public double MinCosine { get; init; }

    /// <summary>What was asked for; see <see cref="ToleranceCheck.MinEuclid"/>.</summary>
    public double MinEuclid { get; init; }

    /// <summary>How many values were checked.</summary>
    public int Checked { get; init; }

    /// <summary>The least of all values that were checked; 1 for equal directions.</summary>
    public double WorstCosine { get; init; }

    /// <summary>The least of all values that were checked; 1 for equal values, without a lower limit.</summary>
    public double WorstEuclid { get; init; }

    /// <summary>The values that are too far, in the order of the model.</summary>
    public IReadOnlyList<CheckedLayer> Missed { get; init; } = [];
}

/// <summary>The figures of one value in a check.</summary>
/// <param name="Name">The value.</param>
/// <param name="Operator">What makes it.</param>
/// <param name="Cosine">To the float model's; 1 is the same direction.</param>
/// <param name="Euclid">See <see cref="ToleranceCheck.MinEuclid"/>.</param>
public sealed record CheckedLayer(string Name, string Operator, double Cosine, double Euclid)
{
    /// <summary>How large the value is beside the float model's, by least squares: clearly below 1 where its range cuts large numbers
    /// off.</summary>
    public double Gain { get; init; } = 1;
}
