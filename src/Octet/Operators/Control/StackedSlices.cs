using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>Collects tensors of one type and shape, and puts them together along a new axis.</summary>
/// <param name="bodies">Counts the memory that they take.</param>
sealed class StackedSlices(IBodies bodies)
{
    readonly List<Tensor> _slices = [];
    long _bytes;

    /// <exception cref="OperatorException">The tensor differs from those before, or there are more than one tensor can hold.</exception>
    public void Add(Tensor slice)
    {
        if (_slices.Count > 0 && (slice.Type, slice.Shape) != (_slices[0].Type, _slices[0].Shape))
        {
            throw new OperatorException($"a collected value is {slice}, but {_slices[0]} before; all must be alike");
        }
        var bytes = OperandMemory.Of(slice);
        _bytes += bytes;
        if (_bytes > AlignedMemory.MaxBytes)
            throw new OperatorException($"the collected values take more than {AlignedMemory.MaxBytes} bytes");
        bodies.Keep(bytes);
        _slices.Add(slice);
    }

    /// <summary>The tensors one after the other along axis <paramref name="axis"/> of the result; negative counts from the end.</summary>
    /// <param name="axis">The new axis.</param>
    /// <param name="backwards">Whether the last comes first.</param>
    public Tensor Join(long axis = 0, bool backwards = false)
    {
        var (type, shape) = (_slices[0].Type, _slices[0].Shape);
        var place = Shape.NormalizeAxis(axis, shape.Rank + 1);
        var joined = new Tensor(type, [.. shape[..place], _slices.Count, .. shape[place..]]);
        if (backwards) _slices.Reverse();
        var part = shape.LengthOf(place, shape.Rank);
        var rows = shape.LengthOf(0, place);
        foreach (var (index, slice) in _slices.Index())
        {
            ElementMove.Apply(slice, joined,
                new StridedCopy([rows, part], [part, 1], [part * _slices.Count, 1], destinationStart: index * part));
        }
        bodies.Keep(-_bytes);
        return joined;
    }

    /// <summary>What lies at <paramref name="index"/> along <paramref name="axis"/>, as a tensor without that axis.</summary>
    public static Tensor Take(Tensor tensor, int axis, int index)
    {
        var shape = tensor.Shape;
        var slice = new Tensor(tensor.Type, WithoutAxis(shape, axis));
        var part = shape.LengthOf(axis + 1, shape.Rank);
        ElementMove.Apply(tensor, slice,
            new StridedCopy([shape.LengthOf(0, axis), part], [part * shape[axis], 1], [part, 1], sourceStart: index * part));
        return slice;
    }

    public static Shape WithoutAxis(Shape shape, int axis) => [.. shape[..axis], .. shape[(axis + 1)..]];
}
