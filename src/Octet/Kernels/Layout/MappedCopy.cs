using Octet.Tensors;

namespace Octet.Kernels;

/// <summary>
/// Fetches each element by a map of places for each axis: <c>destination[i, j, …] = source[maps[0][i], maps[1][j], …]</c>.
/// Padding by reflection and resizing to nearest neighbours are such copies.
/// </summary>
/// <remarks>An axis without a map is taken as it is. Where a map says −1, the destination keeps what it holds.</remarks>
readonly struct MappedCopy : IElementMove
{
    /// <summary>2³¹ − 1 elements cannot have more than 30 dimensions of two or more, plus runs of unmapped ones between them.</summary>
    readonly List<Axis> _axes = [];
    readonly int _start;
    readonly bool _isEmpty;

    /// <param name="source">Shape of what is read.</param>
    /// <param name="destination">Shape of what is written; of the same rank.</param>
    /// <param name="maps">For each axis, the place in the source of each place in the destination; null where it stays.</param>
    public MappedCopy(Shape source, Shape destination, int[]?[] maps)
    {
        _isEmpty = destination.Length == 0;
        var (from, to) = (source.GetStrides(), destination.GetStrides());
        for (var i = 0; i < maps.Length && !_isEmpty; i++)
        {
            if (maps[i] is { Length: 1 } only)
            {
                _isEmpty = only[0] < 0;
                _start += only[0] * from[i];
            }
            else if (maps[i] is null && destination[i] == 1) continue;
            else if (maps[i] is null && _axes is [.., { Map: null } outer] && outer.FromStride == from[i] * destination[i])
            {
                _axes[^1] = new(outer.Extent * destination[i], from[i], to[i], null);
            }
            else _axes.Add(new(destination[i], from[i], to[i], maps[i]));
        }
    }

    public void Invoke<T>(ReadOnlySpan<T> source, Span<T> destination)
    {
        if (!_isEmpty) Walk(source, _start, destination, 0, 0);
    }

    void Walk<T>(ReadOnlySpan<T> source, int from, Span<T> destination, int to, int depth)
    {
        if (depth == _axes.Count)
        {
            destination[to] = source[from];
            return;
        }
        var (extent, fromStride, toStride, map) = _axes[depth];
        var isRow = depth == _axes.Count - 1 && fromStride == 1;
        if (map is null && isRow) source.Slice(from, extent).CopyTo(destination[to..]);
        else if (map is not null && isRow) CopyRow(source[from..], destination.Slice(to, extent), map);
        else if (map is null)
        {
            for (var i = 0; i < extent; i++) Walk(source, from + i * fromStride, destination, to + i * toStride, depth + 1);
        }
        else
        {
            for (var i = 0; i < extent; i++)
            {
                var place = to + i * toStride;
                if (i > 0 && map[i] == map[i - 1]) destination.Slice(place - toStride, toStride).CopyTo(destination[place..]);
                else if (map[i] >= 0) Walk(source, from + map[i] * fromStride, destination, place, depth + 1);
            }
        }
    }

    static void CopyRow<T>(ReadOnlySpan<T> source, Span<T> destination, int[] map)
    {
        for (var i = 0; i < destination.Length; i++)
        {
            if (map[i] >= 0) destination[i] = source[map[i]];
        }
    }

    readonly record struct Axis(int Extent, int FromStride, int ToStride, int[]? Map);
}
