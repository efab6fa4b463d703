namespace Octet.Data.Arrays;

/// <summary>An array file (<c>.npy</c>, <c>.npz</c>) that cannot be read or written; the message names the file, and the entry in an
/// archive.</summary>
public sealed class ArrayFileException : OctetException
{
    /// <summary>An error about one file.</summary>
    /// <param name="file">The path.</param>
    /// <param name="problem">What is wrong, and what to do.</param>
    /// <param name="cause">What was thrown; null where nothing was.</param>
    public ArrayFileException(string file, string problem, Exception? cause = null) : base($"'{file}': {problem}", cause) { }
}
