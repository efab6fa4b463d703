namespace Octet.Cli;

/// <summary>Options that contradict each other in a way that shows only when their values are known; told like any other wrong command
/// line.</summary>
sealed class UsageException(string message) : OctetException(message);
