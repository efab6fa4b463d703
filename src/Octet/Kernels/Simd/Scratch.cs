using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Octet.Tensors;

namespace Octet.Kernels;

/// <summary>
/// Memory that a kernel needs only while it runs. Each thread keeps a stack of blocks and hands out the same ones on each run,
/// so that a network in its steady state allocates nothing.
/// </summary>
/// <remarks>Return blocks in the reverse order, which <c>using</c> does. Content is undefined. Addresses are stable and start on a 64-byte
/// boundary.</remarks>
ref struct Scratch<T> : IDisposable where T : unmanaged
{
    readonly byte[] _memory;
    readonly int _offset;
    readonly int _length;

    public Scratch(int length)
    {
        _length = length;
        (_memory, _offset) = ScratchStack.OfThisThread.Push(checked(length * Unsafe.SizeOf<T>()));
    }

    public readonly Span<T> Span =>
        MemoryMarshal.CreateSpan(ref Unsafe.As<byte, T>(ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_memory), _offset)),
            _length);

    public readonly unsafe T* Pointer => (T*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(Span));

    public readonly void Dispose() => ScratchStack.OfThisThread.Pop();
}

/// <summary>The blocks of one thread, by depth of nesting; a block grows when a kernel asks for more than ever before at that
/// depth.</summary>
sealed class ScratchStack
{
    [ThreadStatic]
    static ScratchStack? s_ofThisThread;

    readonly List<(byte[] Memory, int Offset)> _blocks = [];
    int _depth;

    public static ScratchStack OfThisThread => s_ofThisThread ??= new();

    public (byte[] Memory, int Offset) Push(int bytes)
    {
        if (_depth == _blocks.Count) _blocks.Add(AlignedMemory.Allocate(bytes));
        else if (_blocks[_depth].Memory.Length < bytes + 2 * AlignedMemory.Alignment) _blocks[_depth] = AlignedMemory.Allocate(bytes);
        return _blocks[_depth++];
    }

    public void Pop() => _depth--;
}
