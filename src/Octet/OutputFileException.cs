namespace Octet;

/// <summary>A file cannot be written; the message names it and says why.</summary>
public sealed class OutputFileException(string path, string reason, Exception? cause = null)
    : OctetException($"'{path}' cannot be written: {reason}", cause)
{
    /// <exception cref="OutputFileException">The output would take the place of the model it is made from.</exception>
    internal static void ThrowIfReplaces(string model, string? output)
    {
        if (output is not null && Path.GetFullPath(output) == Path.GetFullPath(model)) throw new OutputFileException(output, "it is the model that is read, which would be lost; name another file.");
    }
}
