namespace Octet.Kernels;

/// <summary>
/// Copies a box of elements between two layouts: for every index i within the extents,
/// <c>destination[destinationStart + Σ i·destinationStride] = source[sourceStart + Σ i·sourceStride]</c>.
/// Transposing, slicing, joining, repeating and broadcasting are all such copies; a source stride of 0 repeats, a negative one reverses.
/// </summary>
/// <remarks>
/// Neighbouring dimensions that lie together on both sides are merged first, so that most copies end as a few moves of whole blocks.
/// The caller proves that all places lie inside the spans.
/// </remarks>
readonly ref struct StridedCopy(
    ReadOnlySpan<int> extents, ReadOnlySpan<int> sourceStrides, ReadOnlySpan<int> destinationStrides, int sourceStart = 0,
    int destinationStart = 0) : IElementMove
{
    /// <summary>2³¹ − 1 elements cannot have more than 30 dimensions of two or more; and two for <see cref="Axis.None"/>.</summary>
    const int MaxRank = 32;

    readonly ReadOnlySpan<int> _extents = extents;
    readonly ReadOnlySpan<int> _sourceStrides = sourceStrides;
    readonly ReadOnlySpan<int> _destinationStrides = destinationStrides;

    public void Invoke<T>(ReadOnlySpan<T> source, Span<T> destination)
    {
        Span<Axis> axes = stackalloc Axis[MaxRank];
        var rank = Merge(axes);
        if (rank == 0) return;

        axes = axes[..rank];
        PairWithRunningSourceAxis(axes);
        Walk(source, sourceStart, destination, destinationStart, axes);
    }

    /// <summary>Finds the dimensions that remain when neighbours are merged, after two of extent 1; none if the box is empty.</summary>
    int Merge(Span<Axis> axes)
    {
        (axes[0], axes[1]) = (Axis.None, Axis.None);
        var rank = 2;
        for (var i = 0; i < _extents.Length; i++)
        {
            if (_extents[i] == 0) return 0;
            if (_extents[i] == 1) continue;

            var axis = new Axis(_extents[i], _sourceStrides[i], _destinationStrides[i]);
            var outer = axes[rank - 1];
            if (rank > 2 && outer.From == axis.From * axis.Extent && outer.To == axis.To * axis.Extent)
            {
                axes[rank - 1] = axis with { Extent = outer.Extent * axis.Extent };
            }
            else axes[rank++] = axis;
        }
        return rank;
    }

    /// <summary>Where the innermost dimension jumps about in the source, the one that does not becomes its neighbour: both form a plane to
    /// transpose.</summary>
    static void PairWithRunningSourceAxis(Span<Axis> axes)
    {
        if (axes[^1].From is 0 or 1) return;
        for (var i = 0; i < axes.Length - 2; i++)
        {
            if (axes[i].From != 1) continue;
            var running = axes[i];
            axes[(i + 1)..^1].CopyTo(axes[i..]);
            axes[^2] = running;
            return;
        }
    }

    static void Walk<T>(ReadOnlySpan<T> source, int from, Span<T> destination, int to, ReadOnlySpan<Axis> axes)
    {
        if (axes.Length == 2)
        {
            CopyPlane(source, from, destination, to, axes[0], axes[1]);
            return;
        }
        var axis = axes[0];
        for (var i = 0; i < axis.Extent; i++)
        {
            Walk(source, from + i * axis.From, destination, to + i * axis.To, axes[1..]);
        }
    }

    static void CopyPlane<T>(ReadOnlySpan<T> source, int from, Span<T> destination, int to, Axis rows, Axis columns)
    {
        if (rows.From == 1 && columns.To == 1)
        {
            Transposition.Run(source, from, columns.From, destination[to..], rows.To, rows.Extent, columns.Extent);
            return;
        }
        for (var row = 0; row < rows.Extent; row++, from += rows.From, to += rows.To)
        {
            if (columns is { From: 1, To: 1 }) source.Slice(from, columns.Extent).CopyTo(destination[to..]);
            else if (columns is { From: 0, To: 1 }) destination.Slice(to, columns.Extent).Fill(source[from]);
            else
            {
                for (var i = 0; i < columns.Extent; i++) destination[to + i * columns.To] = source[from + i * columns.From];
            }
        }
    }

    /// <summary>One dimension of the box, with its distance between neighbours on both sides.</summary>
    readonly record struct Axis(int Extent, int From, int To)
    {
        public static Axis None => new(1, 0, 0);
    }
}
