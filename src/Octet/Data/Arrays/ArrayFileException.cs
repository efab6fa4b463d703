namespace Octet.Data.Arrays;

/// <summary>An array file (<c>.npy</c>, <c>.npz</c>) that cannot be read or written; the message names the file, and the entry in an
/// archive.</summary>
public sealed class ArrayFileException : OctetException
{
    public ArrayFileException(string file, string problem, Exception? cause = null) : base($"'{file}': {problem}", cause) { }
}
