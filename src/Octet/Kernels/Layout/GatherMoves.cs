namespace Octet.Kernels;

/// <summary>
/// Picks slices along the middle axis of [outer, extent, block]: <c>destination[o, i, b] = source[o, indices[i], b]</c>.
/// </summary>
readonly ref struct GatherSlices(ReadOnlySpan<int> indices, int extent, int block) : IElementMove
{
    readonly ReadOnlySpan<int> _indices = indices;

    public void Invoke<T>(ReadOnlySpan<T> source, Span<T> destination)
    {
        for (var (from, to) = (0, 0); to < destination.Length; from += extent * block)
        {
            foreach (var index in _indices)
            {
                if (block == 1) destination[to] = source[from + index];
                else source.Slice(from + index * block, block).CopyTo(destination[to..]);
                to += block;
            }
        }
    }
}

/// <summary>Fetches blocks from given places: <c>destination[i · block + j] = source[places[i] + j]</c>, for j in 0..block − 1.</summary>
readonly ref struct GatherPlaces(ReadOnlySpan<int> places, int block) : IElementMove
{
    readonly ReadOnlySpan<int> _places = places;

    public void Invoke<T>(ReadOnlySpan<T> source, Span<T> destination)
    {
        for (var i = 0; i < _places.Length; i++)
        {
            if (block == 1) destination[i] = source[_places[i]];
            else source.Slice(_places[i], block).CopyTo(destination[(i * block)..]);
        }
    }
}

/// <summary>Puts blocks to given places, the last one last where places repeat: <c>destination[places[i] + j] = source[i · block +
/// j]</c>.</summary>
readonly ref struct ScatterPlaces(ReadOnlySpan<int> places, int block) : IElementMove
{
    readonly ReadOnlySpan<int> _places = places;

    public void Invoke<T>(ReadOnlySpan<T> source, Span<T> destination)
    {
        for (var i = 0; i < _places.Length; i++)
        {
            if (block == 1) destination[_places[i]] = source[i];
            else source.Slice(i * block, block).CopyTo(destination[_places[i]..]);
        }
    }
}
