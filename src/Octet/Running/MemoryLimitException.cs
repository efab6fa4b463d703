namespace Octet.Running;

/// <summary>A model would need more memory than it may take; told before the memory is taken.</summary>
public sealed class MemoryLimitException(string what, long bytes, long most) : OctetException(
    $"{what} would take {bytes} bytes, and {most} are allowed. Give the model smaller inputs or fewer threads, or set {nameof(SessionOptions)}.{nameof(SessionOptions.MostBytes)} higher.")
{
    public static void ThrowIfAbove(long most, long bytes, string what)
    {
        if (bytes > most) throw new MemoryLimitException(what, bytes, most);
    }
}
