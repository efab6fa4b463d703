namespace Octet.Data;

/// <summary>Preprocessing that cannot be done, does not fit the model, or was stored in a form that cannot be read; the message lists all
/// that is wrong.</summary>
public sealed class PreprocessingException : OctetException
{
    /// <summary>An error about the preprocessing of samples.</summary>
    /// <param name="message">What is wrong, where, and what to do.</param>
    /// <param name="cause">What was thrown; null where nothing was.</param>
    public PreprocessingException(string message, Exception? cause = null) : base(message, cause) { }

    /// <summary>The size that pictures have to be brought to; null where the size is not what is wrong.</summary>
    public ImageSize? NeededSize { get; internal init; }

    /// <summary>The channels that pictures have to be given in; null where they are not what is wrong.</summary>
    public PixelFormat? NeededFormat { get; internal init; }

    internal static PreprocessingException Of(IReadOnlyCollection<string> problems) =>
        new($"The preprocessing cannot be done:{string.Concat(problems.Select(problem => $"{Environment.NewLine}  {problem}"))}");
}
