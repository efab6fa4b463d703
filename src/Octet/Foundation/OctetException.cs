namespace Octet.Foundation;

/// <summary>
/// Something about the model, the data or the request that the person running Octet can change.
/// The command line prints its message alone and exits with 1; any other exception is a bug in Octet and keeps its stack trace.
/// </summary>
public abstract class OctetException : Exception
{
    protected OctetException(string message) : base(message) { }

    protected OctetException(string message, Exception? cause) : base(message, cause) { }
}
