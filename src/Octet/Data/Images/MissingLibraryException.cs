namespace Octet.Data.Images;

/// <summary>A library of the system is not installed; the message says how to get it.</summary>
public sealed class MissingLibraryException(string message) : OctetException(message);
