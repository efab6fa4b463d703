namespace Octet.Kernels;

/// <summary>Writes the first element of the source everywhere.</summary>
readonly struct Fill : IElementMove
{
    public void Invoke<T>(ReadOnlySpan<T> source, Span<T> destination) => destination.Fill(source[0]);
}
