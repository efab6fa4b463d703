using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Octet.Kernels;

/// <summary>Any function of one 8-bit integer, as a table of its 256 results. Immutable.</summary>
/// <param name="results">One for each byte; int8 is read as the byte of the same bits.</param>
sealed unsafe class ByteTable(ReadOnlySpan<byte> results) : IByteTail
{
    readonly byte[] _results = results.Length == 256 ? results.ToArray()
        : throw new ArgumentException("A table has 256 results.", nameof(results));

    public ReadOnlySpan<byte> Results => _results;

    /// <summary>Looks each byte up.</summary>
    /// <param name="x">Bytes.</param>
    /// <param name="y">Receives as many; may be the same memory.</param>
    public void Map(ReadOnlySpan<byte> x, Span<byte> y)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(y.Length, x.Length);
        fixed (byte* source = x, destination = y) Map(source, destination, x.Length);
    }

    public void Run(byte* y, byte* other, int count) => Map(y, y, count);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void Map(byte* x, byte* y, int count)
    {
        var i = 0;
        fixed (byte* table = _results)
        {
            if (Avx512Vbmi.IsSupported)
            {
                var (low0, low1) = (Vector512.Load(table), Vector512.Load(table + 64));
                var (high0, high1) = (Vector512.Load(table + 128), Vector512.Load(table + 192));
                for (; i <= count - 64; i += 64)
                {
                    var bytes = Vector512.Load(x + i);
                    var low = Avx512Vbmi.PermuteVar64x8x2(low0, bytes, low1);
                    var high = Avx512Vbmi.PermuteVar64x8x2(high0, bytes, high1);
                    Vector512.ConditionalSelect(Vector512.LessThan(bytes.AsSByte(), Vector512<sbyte>.Zero).AsByte(), high,
                        low).Store(y + i);
                }
            }
            for (; i < count; i++) y[i] = table[x[i]];
        }
    }
}
