namespace Octet.Checking;

/// <summary>How much a finding matters.</summary>
public enum Severity
{
    /// <summary>Good to know; rarely a reason to change the model.</summary>
    Note,

    /// <summary>Likely to cost accuracy.</summary>
    Warning,

    /// <summary>Likely to cost most of it.</summary>
    Problem,
}

/// <summary>A place where a model does not follow a guideline.</summary>
/// <param name="Severity">How much it matters.</param>
/// <param name="Operator">The kind of operator.</param>
/// <param name="Name">The name of the node.</param>
/// <param name="Measured">What was found there, with figures, as half a sentence.</param>
/// <param name="Score">Orders the findings of one guideline: the greater, the worse.</param>
public sealed record Finding(Severity Severity, string Operator, string Name, string Measured, double Score);
