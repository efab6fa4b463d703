namespace Octet.Tensors;

/// <summary>Keeps the memory of tensors that are no longer needed, for other tensors of any type and shape. For several
/// threads.</summary>
/// <remarks>
/// Of the blocks that are large enough the smallest is taken, unless most of it would be wasted. Where none is, a new block takes the place
/// of the largest that is too small, so that the pool as a whole takes about what was in use at once.
/// </remarks>
sealed class TensorPool
{
    /// <summary>A tensor does not take a block larger than this multiple of its bytes.</summary>
    const int MaxWaste = 8;

    /// <summary>After so much was left to the collector, it runs: by itself it puts off the collection of large arrays until several times
    /// of what is alive has gathered.</summary>
    const long MaxGarbage = 512L << 20;

    readonly List<Tensor> _idle = [];
    long _garbage;

    /// <summary>A tensor whose elements are undefined.</summary>
    public Tensor Rent(DataType type, Shape shape)
    {
        if (type == DataType.String) return new(type, shape);
        var (bytes, collects) = ((long)shape.Length * type.Size, false);
        lock (_idle)
        {
            if (TakeFitting(bytes) is { } fitting) return fitting.View(type, shape);
            if (_idle.Where(block => block.Capacity < bytes).MaxBy(block => block.Capacity) is { } small)
            {
                _idle.Remove(small);
                _garbage += small.Capacity;
                if (collects = _garbage > MaxGarbage) _garbage = 0;
            }
        }
        if (collects) GC.Collect();
        return new(type, shape);
    }

    /// <summary>Returns a tensor; it must not be used any more.</summary>
    public void Return(Tensor tensor)
    {
        if (tensor.Type == DataType.String) return;
        lock (_idle) _idle.Add(tensor);
    }

    Tensor? TakeFitting(long bytes)
    {
        var best = -1;
        for (var i = 0; i < _idle.Count; i++)
        {
            var capacity = _idle[i].Capacity;
            if (capacity >= bytes && capacity / MaxWaste <= bytes && (best < 0 || capacity < _idle[best].Capacity)) best = i;
        }
        if (best < 0) return null;
        var fitting = _idle[best];
        _idle[best] = _idle[^1];
        _idle.RemoveAt(_idle.Count - 1);
        return fitting;
    }
}
