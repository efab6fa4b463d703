using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Octet.Kernels;

/// <summary>Words of eight 4-bit integers, one word for each column of a vector; the lowest integer of each is the one at hand.</summary>
/// <typeparam name="TSelf">The implementation.</typeparam>
/// <typeparam name="TLanes">As many floats as there are words.</typeparam>
unsafe interface INibbleWords<TSelf, TLanes>
    where TSelf : unmanaged, INibbleWords<TSelf, TLanes> where TLanes : unmanaged, ILanes<TLanes>
{
    static abstract TSelf Load(uint* source);

    /// <summary>Makes the next integer of each word the one at hand.</summary>
    TSelf Next();

    /// <summary>The integers at hand as floats, counted from <see cref="NibbleMatrix.Middle"/>.</summary>
    TLanes Steps();

    /// <summary>Stores the real values of the integers at hand, <c>(steps − offset) · scale</c>.</summary>
    /// <param name="scales">One for each column.</param>
    /// <param name="offsets">One for each column; null for zeros.</param>
    /// <param name="target">Receives one for each column.</param>
    void StoreReals(float* scales, float* offsets, float* target);
}

/// <summary>Eight words, with vectors that .NET makes of narrower ones where a machine lacks them.</summary>
readonly unsafe struct NibbleWords8(Vector256<uint> words) : INibbleWords<NibbleWords8, Lanes8>
{
    readonly Vector256<uint> _words = words;

    Vector256<float> Values
    {
        [MethodImpl(AggressiveInlining)]
        get => Vector256.ConvertToSingle((_words & Vector256.Create(15u)).AsInt32() - Vector256.Create(NibbleMatrix.Middle));
    }

    [MethodImpl(AggressiveInlining)]
    public static NibbleWords8 Load(uint* source) => new(Vector256.Load(source));

    [MethodImpl(AggressiveInlining)]
    public NibbleWords8 Next() => new(_words >>> 4);

    [MethodImpl(AggressiveInlining)]
    public Lanes8 Steps() => new(Values);

    [MethodImpl(AggressiveInlining)]
    public void StoreReals(float* scales, float* offsets, float* target) =>
        ((Values - (offsets is null ? Vector256<float>.Zero : Vector256.Load(offsets))) * Vector256.Load(scales)).Store(target);
}

/// <summary>Sixteen words, with AVX-512: a permutation, which reads but four bits of its index, makes floats of integers.</summary>
readonly unsafe struct NibbleWords16(Vector512<uint> words) : INibbleWords<NibbleWords16, Lanes16>
{
    readonly Vector512<uint> _words = words;

    Vector512<float> Values
    {
        [MethodImpl(AggressiveInlining)]
        get => Avx512F.PermuteVar16x32(Vector512.Create(-8f, -7, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7), _words.AsInt32());
    }

    [MethodImpl(AggressiveInlining)]
    public static NibbleWords16 Load(uint* source) => new(Vector512.Load(source));

    [MethodImpl(AggressiveInlining)]
    public NibbleWords16 Next() => new(_words >>> 4);

    [MethodImpl(AggressiveInlining)]
    public Lanes16 Steps() => new(Values);

    [MethodImpl(AggressiveInlining)]
    public void StoreReals(float* scales, float* offsets, float* target) =>
        ((Values - (offsets is null ? Vector512<float>.Zero : Vector512.Load(offsets))) * Vector512.Load(scales)).Store(target);
}
