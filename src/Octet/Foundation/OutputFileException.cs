namespace Octet.Foundation;

/// <summary>A file cannot be written; the message names it and says why.</summary>
public sealed class OutputFileException(string path, string reason, Exception? cause = null)
    : OctetException($"'{path}' cannot be written: {reason}", cause)
{
    /// <summary>Refuses an output that would take the place of something that is read; before anything long is done.</summary>
    /// <param name="output">The file to be written; null for none.</param>
    /// <param name="inputs">The files that are read; null for none.</param>
    /// <exception cref="OutputFileException">It is one of them, by whatever path or link.</exception>
    public static void ThrowIfReplaces(string? output, params IEnumerable<string?> inputs)
    {
        if (!string.IsNullOrEmpty(output) && inputs.Any(input => !string.IsNullOrEmpty(input) && AtomicFile.Final(input) == AtomicFile.Final(output))) throw new OutputFileException(output, "it is read too, and would be lost; name another file.");
    }

    /// <summary>Refuses two outputs of one name.</summary>
    /// <exception cref="OutputFileException">They are one file, by whatever path or link.</exception>
    internal static void ThrowIfSame(string? output, string? other)
    {
        if (!string.IsNullOrEmpty(output) && !string.IsNullOrEmpty(other) && AtomicFile.Final(output) == AtomicFile.Final(other)) throw new OutputFileException(output, "two results would have this name; give another to one of them.");
    }
}
