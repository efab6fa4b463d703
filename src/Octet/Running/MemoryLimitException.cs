namespace Octet.Running;

/// <summary>A model would need more memory than it may take; told before the memory is taken.</summary>
public sealed class MemoryLimitException(string what, long bytes, long max) : OctetException(
    $"{what} would take {bytes} bytes, and {max} are allowed. Give the model smaller inputs or fewer threads, or "
    + $"set {nameof(SessionOptions)}.{nameof(SessionOptions.MaxBytes)} higher.")
{
    internal static void ThrowIfAbove(long max, long bytes, string what)
    {
        if (bytes > max) throw new MemoryLimitException(what, bytes, max);
    }
}
