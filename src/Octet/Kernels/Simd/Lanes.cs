using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Octet.Kernels;

/// <summary>
/// As many floats as one register holds. Kernels are written once over this and become, for each width, the code that one would write by
/// hand: the types are structs around one vector, and everything is inlined.
/// </summary>
unsafe interface ILanes<TSelf> where TSelf : unmanaged, ILanes<TSelf>
{
    /// <summary>Number of floats.</summary>
    static abstract int Count { get; }

    /// <summary>Number of vector registers that a kernel may fill.</summary>
    static abstract int Registers { get; }

    static abstract TSelf Load(float* source);

    static abstract TSelf Repeat(float value);

    void Store(float* destination);

    /// <summary>Adds an operand in memory, which the compiler makes part of the instruction only if it sees both in one place.</summary>
    static abstract TSelf Add(TSelf x, float* y);

    /// <summary><c>x · y + z</c>; see <see cref="Simd.IsFused"/> for the rounding.</summary>
    static abstract TSelf MultiplyAdd(TSelf x, TSelf y, TSelf z);

    /// <summary>The same with an operand in memory.</summary>
    static abstract TSelf MultiplyAdd(TSelf x, float* y, TSelf z);

    /// <summary>The value within the limits; NaN stays NaN, as in ONNX.</summary>
    static abstract TSelf Limit(TSelf value, TSelf low, TSelf high);
}

/// <summary>A single float.</summary>
readonly unsafe struct Lanes1(float value) : ILanes<Lanes1>
{
    readonly float _value = value;

    public static int Count => 1;

    public static int Registers => 16;

    [MethodImpl(AggressiveInlining)]
    public static Lanes1 Load(float* source) => new(*source);

    [MethodImpl(AggressiveInlining)]
    public static Lanes1 Repeat(float value) => new(value);

    [MethodImpl(AggressiveInlining)]
    public void Store(float* destination) => *destination = _value;

    [MethodImpl(AggressiveInlining)]
    public static Lanes1 Add(Lanes1 x, float* y) => new(x._value + *y);

    [MethodImpl(AggressiveInlining)]
    public static Lanes1 MultiplyAdd(Lanes1 x, Lanes1 y, Lanes1 z) => new(MultiplyAdd(x._value, y._value, z._value));

    [MethodImpl(AggressiveInlining)]
    public static Lanes1 MultiplyAdd(Lanes1 x, float* y, Lanes1 z) => new(MultiplyAdd(x._value, *y, z._value));

    // Without hardware for it, the fused operation is a call of a slow function.
    [MethodImpl(AggressiveInlining)]
    public static float MultiplyAdd(float x, float y, float z) => Simd.IsFused ? MathF.FusedMultiplyAdd(x, y, z) : x * y + z;

    [MethodImpl(AggressiveInlining)]
    public static Lanes1 Limit(Lanes1 value, Lanes1 low, Lanes1 high) => new(Limit(value._value, low._value, high._value));

    [MethodImpl(AggressiveInlining)]
    public static float Limit(float value, float low, float high) => value < low ? low : value > high ? high : value;
}

/// <summary>Four floats.</summary>
readonly unsafe struct Lanes4(Vector128<float> values) : ILanes<Lanes4>
{
    readonly Vector128<float> _values = values;

    public static int Count => 4;

    public static int Registers => AdvSimd.IsSupported ? 32 : 16;

    [MethodImpl(AggressiveInlining)]
    public static Lanes4 Load(float* source) => new(Vector128.Load(source));

    [MethodImpl(AggressiveInlining)]
    public static Lanes4 Repeat(float value) => new(Vector128.Create(value));

    [MethodImpl(AggressiveInlining)]
    public void Store(float* destination) => _values.Store(destination);

    [MethodImpl(AggressiveInlining)]
    public static Lanes4 Add(Lanes4 x, float* y) => new(x._values + Vector128.Load(y));

    [MethodImpl(AggressiveInlining)]
    public static Lanes4 MultiplyAdd(Lanes4 x, Lanes4 y, Lanes4 z) =>
        new(Simd.IsFused ? Vector128.FusedMultiplyAdd(x._values, y._values, z._values) : x._values * y._values + z._values);

    [MethodImpl(AggressiveInlining)]
    public static Lanes4 MultiplyAdd(Lanes4 x, float* y, Lanes4 z) =>
        new(Simd.IsFused ? Vector128.FusedMultiplyAdd(x._values, Vector128.Load(y), z._values) : x._values * Vector128.Load(y) + z._values);

    // On x86 the native minimum and maximum give their second operand where either is NaN, on Arm they give NaN: here NaN in both cases.
    [MethodImpl(AggressiveInlining)]
    public static Lanes4 Limit(Lanes4 value, Lanes4 low, Lanes4 high) =>
        new(Vector128.MinNative(high._values, Vector128.MaxNative(low._values, value._values)));
}

/// <summary>Eight floats; fused multiply-add comes with AVX2.</summary>
readonly unsafe struct Lanes8(Vector256<float> values) : ILanes<Lanes8>
{
    readonly Vector256<float> _values = values;

    public static int Count => 8;

    public static int Registers => 16;

    [MethodImpl(AggressiveInlining)]
    public static Lanes8 Load(float* source) => new(Vector256.Load(source));

    [MethodImpl(AggressiveInlining)]
    public static Lanes8 Repeat(float value) => new(Vector256.Create(value));

    [MethodImpl(AggressiveInlining)]
    public void Store(float* destination) => _values.Store(destination);

    [MethodImpl(AggressiveInlining)]
    public static Lanes8 Add(Lanes8 x, float* y) => new(x._values + Vector256.Load(y));

    [MethodImpl(AggressiveInlining)]
    public static Lanes8 MultiplyAdd(Lanes8 x, Lanes8 y, Lanes8 z) =>
        new(Simd.IsFused ? Vector256.FusedMultiplyAdd(x._values, y._values, z._values) : x._values * y._values + z._values);

    [MethodImpl(AggressiveInlining)]
    public static Lanes8 MultiplyAdd(Lanes8 x, float* y, Lanes8 z) =>
        new(Simd.IsFused ? Vector256.FusedMultiplyAdd(x._values, Vector256.Load(y), z._values) : x._values * Vector256.Load(y) + z._values);

    [MethodImpl(AggressiveInlining)]
    public static Lanes8 Limit(Lanes8 value, Lanes8 low, Lanes8 high) =>
        new(Vector256.MinNative(high._values, Vector256.MaxNative(low._values, value._values)));
}

/// <summary>Sixteen floats and twice as many registers. Runs on narrower machines too, as two halves, but slowly: good for tests
/// alone.</summary>
readonly unsafe struct Lanes16(Vector512<float> values) : ILanes<Lanes16>
{
    readonly Vector512<float> _values = values;

    public static int Count => 16;

    public static int Registers => 32;

    [MethodImpl(AggressiveInlining)]
    public static Lanes16 Load(float* source) => new(Vector512.Load(source));

    [MethodImpl(AggressiveInlining)]
    public static Lanes16 Repeat(float value) => new(Vector512.Create(value));

    [MethodImpl(AggressiveInlining)]
    public void Store(float* destination) => _values.Store(destination);

    [MethodImpl(AggressiveInlining)]
    public static Lanes16 Add(Lanes16 x, float* y) => new(x._values + Vector512.Load(y));

    [MethodImpl(AggressiveInlining)]
    public static Lanes16 MultiplyAdd(Lanes16 x, Lanes16 y, Lanes16 z) =>
        new(Simd.IsFused ? Vector512.FusedMultiplyAdd(x._values, y._values, z._values) : x._values * y._values + z._values);

    [MethodImpl(AggressiveInlining)]
    public static Lanes16 MultiplyAdd(Lanes16 x, float* y, Lanes16 z) =>
        new(Simd.IsFused ? Vector512.FusedMultiplyAdd(x._values, Vector512.Load(y), z._values) : x._values * Vector512.Load(y) + z._values);

    [MethodImpl(AggressiveInlining)]
    public static Lanes16 Limit(Lanes16 value, Lanes16 low, Lanes16 high) =>
        new(Vector512.MinNative(high._values, Vector512.MaxNative(low._values, value._values)));
}
