using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Octet.Kernels;

/// <summary>The instructions that multiply bytes. All levels give the same bits.</summary>
enum DotProductLevel
{
    /// <summary>What every machine has.</summary>
    Portable,

    /// <summary>Arm's dot product.</summary>
    Arm,

    /// <summary>AVX2, by products of 16 bits.</summary>
    Avx2,

    /// <summary>AVX-512, by products of 16 bits.</summary>
    Avx512,

    /// <summary>AVX-VNNI, 256 bits wide.</summary>
    AvxVnni,
}

/// <summary>The one place where the level is chosen.</summary>
static class DotProducts
{
    static readonly Lazy<DotProductLevel> Chosen = new(Choose);

    /// <summary>
    /// The level at which integer kernels run: the fastest that the machine has. Where <see cref="Simd.Variable"/> asks for a width, its
    /// integer products are the widened ones of that width.
    /// </summary>
    public static DotProductLevel Current => Chosen.Value;

    /// <summary>The levels that the machine runs.</summary>
    public static IEnumerable<DotProductLevel> Supported => Enum.GetValues<DotProductLevel>().Where(IsSupported);

    public static bool IsSupported(DotProductLevel level) => level switch
    {
        DotProductLevel.Arm => Dp.IsSupported,
        DotProductLevel.Avx2 => Avx2.IsSupported,
        DotProductLevel.Avx512 => Avx512BW.IsSupported,
        DotProductLevel.AvxVnni => AvxVnni.IsSupported,
        _ => true,
    };

    /// <summary>Makes a kernel for a level.</summary>
    public static TKernel Create<TKernel>(DotProductLevel level) where TKernel : class, IDotProductKernel<TKernel> => level switch
    {
        DotProductLevel.Arm => TKernel.Create<ArmDotProduct, Vector128<int>, Vector128<sbyte>, Vector128<sbyte>>(),
        DotProductLevel.Avx2 => TKernel.Create<WideDotProduct256, Vector256<int>, Words256, Words256>(),
        DotProductLevel.Avx512 => TKernel.Create<WideDotProduct512, Vector512<int>, Words512, Words512>(),
        DotProductLevel.AvxVnni => TKernel.Create<VnniDotProduct, Vector256<int>, Vector256<byte>, Vector256<sbyte>>(),
        _ => TKernel.Create<PortableDotProduct, Vector128<int>, Quads128, Quads128>(),
    };

    static DotProductLevel Choose()
    {
        var hasWish = !string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable(Simd.Variable));
        if (!hasWish && AvxVnni.IsSupported) return DotProductLevel.AvxVnni;
        return Simd.Current switch
        {
            SimdLevel.Vector512 when Avx512BW.IsSupported => DotProductLevel.Avx512,
            SimdLevel.Vector512 or SimdLevel.Vector256 when Avx2.IsSupported => DotProductLevel.Avx2,
            _ when !hasWish && Dp.IsSupported => DotProductLevel.Arm,
            _ => DotProductLevel.Portable,
        };
    }
}

/// <summary>A kernel that is written once for all levels.</summary>
interface IDotProductKernel<out TKernel>
{
    static abstract TKernel Create<TDot, TSums, TBytes, TWeights>()
        where TDot : unmanaged, IDotProduct<TSums, TBytes, TWeights> where TSums : unmanaged where TBytes : unmanaged
            where TWeights : unmanaged;
}
