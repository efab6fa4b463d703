using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Octet.Kernels;

/// <summary>Takes a part of many values: a cache line from each of equally long stretches.</summary>
/// <remarks>
/// Where in its stretch a line lies is spread by multiples of the golden ratio. Were it always the same place, it could fall in step with
/// the channels or rows of an image and leave some out. Source: Knuth, The Art of Computer Programming, volume 3, section 6.4 (Fibonacci
/// hashing).
/// </remarks>
readonly struct EvenSampling
{
    /// <summary>Floats of a cache line.</summary>
    const int LineLength = 16;

    const int LineBytes = LineLength * sizeof(float);

    /// <summary>2³² over the golden ratio.</summary>
    const uint GoldenRatio = 2654435769;

    readonly int _linesOfStretch;

    /// <param name="length">Number of values.</param>
    /// <param name="atLeast">How many to take at least; not more than there are.</param>
    public EvenSampling(int length, int atLeast)
    {
        _linesOfStretch = Math.Max(1, length / Math.Max(atLeast, LineLength));
        Stretches = length / (_linesOfStretch * LineLength);
    }

    int Stretches { get; }

    /// <summary>How many values are taken.</summary>
    public int Count => Stretches * LineLength;

    /// <param name="values">As many as there are.</param>
    /// <param name="taken">Room for <see cref="Count"/>.</param>
    public void Take(ReadOnlySpan<float> values, Span<float> taken)
    {
        // The copies have a fixed size and no checks of their own: a call for each line would take longer than the line.
        ArgumentOutOfRangeException.ThrowIfLessThan(values.Length, Stretches * _linesOfStretch * LineLength);
        ArgumentOutOfRangeException.ThrowIfLessThan(taken.Length, Count);
        ref var source = ref Unsafe.As<float, byte>(ref MemoryMarshal.GetReference(values));
        ref var target = ref Unsafe.As<float, byte>(ref MemoryMarshal.GetReference(taken));
        for (var stretch = 0; stretch < Stretches; stretch++)
        {
            var line = stretch * _linesOfStretch + (int)((ulong)((uint)stretch * GoldenRatio) * (uint)_linesOfStretch >> 32);
            Unsafe.CopyBlockUnaligned(
                ref Unsafe.Add(ref target, (nint)stretch * LineBytes), ref Unsafe.Add(ref source, (nint)line * LineBytes), LineBytes);
        }
    }
}
