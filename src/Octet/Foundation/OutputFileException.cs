namespace Octet.Foundation;

/// <summary>A file cannot be written; the message names it and says why.</summary>
public sealed class OutputFileException : OctetException
{
    /// <summary>An error about one file that was to be written.</summary>
    /// <param name="path">The file.</param>
    /// <param name="reason">Why it was not written, and what to do.</param>
    /// <param name="cause">What was thrown; null where nothing was.</param>
    public OutputFileException(string path, string reason, Exception? cause = null)
        : base($"'{path}' cannot be written: {reason}", cause) => Reason = reason;

    OutputFileException(string message) : base(message) => Reason = message;

    /// <summary>Why.</summary>
    public string Reason { get; }

    /// <summary>One exception for all files that cannot be written.</summary>
    internal static OutputFileException Of(IReadOnlyList<(string Path, string Reason)> problems) => problems is [var only]
        ? new(only.Path, only.Reason)
        : new OutputFileException(
            string.Join(Environment.NewLine, problems.Select(problem => $"'{problem.Path}' cannot be written: {problem.Reason}")));
}
