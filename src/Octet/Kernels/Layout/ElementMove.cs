using System.Runtime.InteropServices;
using Octet.Tensors;

namespace Octet.Kernels;

/// <summary>Takes elements from one place to another without looking at them, so that one loop serves all element types of a size, and
/// strings.</summary>
interface IElementMove
{
    void Invoke<T>(ReadOnlySpan<T> source, Span<T> destination);
}

static class ElementMove
{
    /// <summary>Applies <paramref name="move"/> to the elements of two tensors of one element type.</summary>
    public static void Apply<TMove>(Tensor source, Tensor destination, scoped TMove move) where TMove : IElementMove, allows ref struct
    {
        if (source.Type == DataType.String)
        {
            move.Invoke<string>(source.Strings, destination.Strings);
            return;
        }
        switch (source.Type.Size)
        {
            case 1: move.Invoke<byte>(source.Bytes, destination.Bytes); break;
            case 2: Invoke<TMove, ushort>(source, destination, move); break;
            case 4: Invoke<TMove, uint>(source, destination, move); break;
            case 8: Invoke<TMove, ulong>(source, destination, move); break;
            default: Invoke<TMove, UInt128>(source, destination, move); break;
        }
    }

    static void Invoke<TMove, T>(Tensor source, Tensor destination, scoped TMove move) where TMove : IElementMove, allows ref struct
        where T : unmanaged =>
        move.Invoke<T>(MemoryMarshal.Cast<byte, T>(source.Bytes), MemoryMarshal.Cast<byte, T>(destination.Bytes));
}
