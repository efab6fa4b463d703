namespace Octet.Data.Images;

/// <summary>A native library cannot be loaded; the message says which, and what needs it.</summary>
public sealed class MissingLibraryException(string message, Exception? cause = null) : OctetException(message, cause);
