using System.Runtime.CompilerServices;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Octet.Kernels;

/// <summary>Pixels of a line that see their taps at the same places. All pointers stay valid while it runs.</summary>
unsafe struct IntegerDepthwiseRun
{
    /// <summary>What the first tap of the first pixel sees.</summary>
    public byte* Source;

    public nint PixelStep;

    /// <summary>Where each tap of a pixel lies from its first, in bytes; as many as weights, which are zero for those that fill up the last four.</summary>
    public nint* Taps;

    public int TapQuads;

    public bool Flips;

    /// <summary>[blocks of channels, quads of taps, registers, lanes, 4].</summary>
    public sbyte* Weights;

    public int* Bias;

    public float* Multipliers;

    public RequantizeConstants* Constants;

    public byte* Output;

    public int Pixels;

    public int Channels;
}

/// <summary>Depthwise convolution of bytes: the bytes of four taps are laid side by side, and are multiplied and added in one step.</summary>
abstract class IntegerDepthwiseKernel : IDotProductKernel<IntegerDepthwiseKernel>
{
    static readonly IntegerDepthwiseKernel?[] Kernels = new IntegerDepthwiseKernel?[Enum.GetValues<DotProductLevel>().Length];

    public abstract int Lanes { get; }

    public abstract int LowestByte { get; }

    public abstract int InterleavedIndex(int register, int lane);

    public static IntegerDepthwiseKernel For(DotProductLevel level) => Kernels[(int)level] ??= DotProducts.Create<IntegerDepthwiseKernel>(level);

    public static IntegerDepthwiseKernel Create<TDot, TSums, TBytes, TWeights>()
        where TDot : unmanaged, IDotProduct<TSums, TBytes, TWeights> where TSums : unmanaged where TBytes : unmanaged where TWeights : unmanaged =>
        new IntegerDepthwiseKernel<TDot, TSums, TBytes, TWeights>();

    public abstract void Run(in IntegerDepthwiseRun run);
}

/// <inheritdoc/>
sealed unsafe class IntegerDepthwiseKernel<TDot, TSums, TBytes, TWeights> : IntegerDepthwiseKernel
    where TDot : unmanaged, IDotProduct<TSums, TBytes, TWeights> where TSums : unmanaged where TBytes : unmanaged where TWeights : unmanaged
{
    public override int Lanes => TDot.Lanes;

    public override int LowestByte => TDot.LowestByte;

    public override int InterleavedIndex(int register, int lane) => TDot.InterleavedIndex(register, lane);

    public override void Run(in IntegerDepthwiseRun run)
    {
        if (run.Pixels == 0) return;
        if (run.Flips) Run<One>(run);
        else Run<Zero>(run);
    }

    [MethodImpl(AggressiveOptimization | NoInlining)]
    static void Run<TFlips>(in IntegerDepthwiseRun run) where TFlips : unmanaged, IConstant
    {
        var block = 4 * TDot.Lanes;
        var rest = stackalloc byte[block];
        nint quads = run.TapQuads;
        for (var channel = 0; channel < run.Channels; channel += block)
        {
            var bias = run.Bias + channel;
            var multipliers = run.Multipliers + channel;
            var taps = run.Taps;
            var blockWeights = run.Weights + channel * quads * 4;
            byte* source = run.Source + channel, output = run.Output + channel;
            var held = Math.Min(block, run.Channels - channel);
            for (var pixel = 0; pixel < run.Pixels; pixel++, source += run.PixelStep, output += run.Channels)
            {
                var (sums0, sums1) = (TDot.LoadSums(bias), TDot.LoadSums(bias + TDot.Lanes));
                var (sums2, sums3) = (TDot.LoadSums(bias + 2 * TDot.Lanes), TDot.LoadSums(bias + 3 * TDot.Lanes));
                var weights = blockWeights;
                for (nint quad = 0; quad < quads; quad++, weights += 4 * block)
                {
                    TDot.Interleave(
                        source + taps[4 * quad], source + taps[4 * quad + 1], source + taps[4 * quad + 2], source + taps[4 * quad + 3], TFlips.Value > 0,
                        out var bytes0, out var bytes1, out var bytes2, out var bytes3);
                    sums0 = TDot.Add(sums0, bytes0, TDot.LoadWeights(weights));
                    sums1 = TDot.Add(sums1, bytes1, TDot.LoadWeights(weights + block));
                    sums2 = TDot.Add(sums2, bytes2, TDot.LoadWeights(weights + 2 * block));
                    sums3 = TDot.Add(sums3, bytes3, TDot.LoadWeights(weights + 3 * block));
                }
                TDot.Requantize4(sums0, sums1, sums2, sums3, multipliers, run.Constants, held == block ? output : rest);
                if (held < block) new ReadOnlySpan<byte>(rest, held).CopyTo(new Span<byte>(output, held));
            }
        }
    }
}
