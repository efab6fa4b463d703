using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Octet.Tensors;

/// <summary>Pinned managed memory whose first used byte lies on a cache line, the width of the widest vector too.</summary>
static class AlignedMemory
{
    public const int Alignment = 64;

    /// <summary>
    /// Kernels may read one vector past the last element (they never use what they read), so each block ends with spare bytes.
    /// </summary>
    public const int Spare = 64;

    public static int MaxBytes => Array.MaxLength - Alignment - Spare;

    /// <summary>How many bytes of such memory may be used from an offset on.</summary>
    public static int Capacity(byte[] memory, int offset) => Math.Max(0, memory.Length - offset - Spare);

    /// <summary>Memory of at least <paramref name="bytes"/> bytes, zeroed, and the offset of its first aligned byte.</summary>
    public static unsafe (byte[] Memory, int Offset) Allocate(int bytes)
    {
        var memory = GC.AllocateArray<byte>(bytes + Alignment + Spare, pinned: true);
        var address = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(memory));
        return (memory, (int)((Alignment - address % Alignment) % Alignment));
    }
}
