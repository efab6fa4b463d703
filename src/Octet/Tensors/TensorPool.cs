using System.Collections.Concurrent;

namespace Octet.Tensors;

/// <summary>Keeps tensors that are no longer needed for whoever needs another of the same type and shape: sample after sample takes the same memory.</summary>
sealed class TensorPool
{
    readonly ConcurrentBag<Tensor> _idle = [];

    /// <summary>A tensor whose elements are undefined.</summary>
    public Tensor Rent(DataType type, Shape shape) =>
        _idle.TryTake(out var tensor) && tensor.Type == type && tensor.Shape == shape ? tensor : new Tensor(type, shape);

    /// <summary>Gives a tensor back, which nobody may use any more.</summary>
    public void Return(Tensor tensor) => _idle.Add(tensor);
}
