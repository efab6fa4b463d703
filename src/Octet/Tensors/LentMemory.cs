using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Octet.Tensors;

/// <summary>A caller's memory as the bytes of a tensor, pinned for as long as a tensor over it is reachable.</summary>
/// <remarks>
/// The pin is released by the finalizer of what holds it: tensors are not disposed, and several may share the memory.
/// </remarks>
/// <typeparam name="T">The caller's elements.</typeparam>
sealed class LentMemory<T>(Memory<T> memory) : MemoryManager<byte> where T : unmanaged
{
    readonly Memory<T> _memory = memory;
    readonly Held _pin = new(memory.Pin());

    public override Span<byte> GetSpan() => MemoryMarshal.AsBytes(_memory.Span);

    /// <summary>The memory is pinned already, so that a handle of its own has nothing to release.</summary>
    public override unsafe MemoryHandle Pin(int elementIndex = 0) =>
        new((byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(GetSpan())) + elementIndex, pinnable: this);

    public override void Unpin() { }

    protected override void Dispose(bool disposing) => _pin.Release();

    sealed class Held(MemoryHandle pin)
    {
        MemoryHandle _pin = pin;

        ~Held() => Release();

        public void Release() => _pin.Dispose();
    }
}
