namespace Octet;

/// <summary>A file cannot be written; the message names it and says why.</summary>
public sealed class OutputFileException(string path, string reason, Exception? cause = null)
    : OctetException($"'{path}' cannot be written: {reason}", cause);
