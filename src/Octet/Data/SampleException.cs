namespace Octet.Data;

/// <summary>Samples or labels that are absent, cannot be read, or do not fit the model; the message names them.</summary>
public sealed class SampleException : OctetException
{
    const int MaxListed = 20;

    /// <summary>An error about samples.</summary>
    /// <param name="message">What is wrong, where, and what to do.</param>
    /// <param name="cause">What was thrown; null where nothing was.</param>
    public SampleException(string message, Exception? cause = null) : base(message, cause) { }

    /// <summary>A message with a line for each problem, the first ones if there are many.</summary>
    internal static SampleException Of(string message, IReadOnlyCollection<string> problems) =>
        new(message
            + string.Concat(problems.Take(MaxListed).Select(problem => $"{Environment.NewLine}  {problem}"))
            + (problems.Count > MaxListed ? $"{Environment.NewLine}  … and {problems.Count - MaxListed} more" : ""));
}
