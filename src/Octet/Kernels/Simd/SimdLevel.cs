using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Octet.Kernels;

/// <summary>How many floats the matrix kernels compute at once. All levels give the same bits.</summary>
enum SimdLevel
{
    /// <summary>One float: for machines on which .NET has no vectors.</summary>
    Scalar,

    /// <summary>Four floats: what every 64-bit machine has.</summary>
    Vector128,

    /// <summary>Eight floats: AVX2 with fused multiply-add.</summary>
    Vector256,

    /// <summary>Sixteen floats: AVX-512.</summary>
    Vector512,
}

/// <summary>The one place where the level is chosen: the widest that the machine has, or the one that <see cref="Variable"/> asks
/// for.</summary>
static class Simd
{
    /// <summary>The environment variable that forces a level: <c>vector512</c>, <c>vector256</c> or <c>portable</c>.</summary>
    public const string Variable = "OCTET_KERNEL";

    static readonly Lazy<SimdLevel> Chosen = new(() => Choose(Environment.GetEnvironmentVariable(Variable), Widest));

    /// <summary>The level at which kernels run unless told otherwise.</summary>
    /// <exception cref="SimdLevelException"><see cref="Variable"/> holds a word that is no level.</exception>
    public static SimdLevel Current => Chosen.Value;

    /// <summary>The widest level that the machine runs well.</summary>
    public static SimdLevel Widest =>
        Vector512.IsHardwareAccelerated ? SimdLevel.Vector512
        : Vector256.IsHardwareAccelerated && Fma.IsSupported ? SimdLevel.Vector256
        : Portable;

    /// <summary>Whether kernels round once for a product and a sum, as processors with fused multiply-add do, or twice.</summary>
    public static bool IsFused => Fma.IsSupported || AdvSimd.IsSupported;

    static SimdLevel Portable => Vector128.IsHardwareAccelerated ? SimdLevel.Vector128 : SimdLevel.Scalar;

    /// <summary>The level that <paramref name="wish"/> asks for, but never more than <paramref name="widest"/>: a wish beyond the machine
    /// gives its widest level.</summary>
    /// <param name="wish">A level by its name; null or empty for no wish.</param>
    /// <param name="widest">What the machine has.</param>
    internal static SimdLevel Choose(string? wish, SimdLevel widest)
    {
        var wished = wish?.Trim().ToUpperInvariant() switch
        {
            null or "" => widest,
            "VECTOR512" => SimdLevel.Vector512,
            "VECTOR256" => SimdLevel.Vector256,
            "PORTABLE" => Portable,
            _ => throw new SimdLevelException(wish!),
        };
        return wished < widest ? wished : widest;
    }

    /// <summary>Makes a kernel for a level.</summary>
    public static TKernel Create<TKernel>(SimdLevel level) where TKernel : class, ISimdKernel<TKernel> => level switch
    {
        SimdLevel.Vector512 => TKernel.Create<Lanes16>(),
        SimdLevel.Vector256 => TKernel.Create<Lanes8>(),
        SimdLevel.Vector128 => TKernel.Create<Lanes4>(),
        _ => TKernel.Create<Lanes1>(),
    };
}

/// <summary>A kernel that is written once for all levels.</summary>
interface ISimdKernel<out TKernel>
{
    static abstract TKernel Create<TLanes>() where TLanes : unmanaged, ILanes<TLanes>;
}

/// <summary>The environment asks for a level that does not exist.</summary>
public sealed class SimdLevelException(string wish)
    : OctetException($"The environment variable {Simd.Variable} is '{wish}'; it may be vector512, vector256, portable or absent.");
