namespace Octet.Onnx;

/// <summary>A model file, or a tensor file, that cannot be read or written; the message names the file and lists everything that is wrong
/// with it.</summary>
public sealed class ModelException : OctetException
{
    internal ModelException(string message, Exception? cause = null) : base(message, cause) { }

    internal static ModelException Of(string source, string problem, Exception? cause = null) => new($"'{source}' {problem}", cause);
}
