using System.Runtime.CompilerServices;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Octet.Kernels;

/// <summary>Pixels of a line that see their taps at the same places. All pointers stay valid while it runs.</summary>
unsafe struct IntegerDepthwiseRun
{
    /// <summary>What the first tap of the first pixel sees.</summary>
    public byte* Source;

    public nint PixelStep;

    /// <summary>
    /// Where each tap of a pixel lies from its first, in bytes; as many as weights, which are zero for those that fill up the last four.
    /// </summary>
    public nint* Taps;

    public int TapQuads;

    /// <summary>
    /// Columns from one pixel to the next, 1 or 2, where each of three quads is a column of taps beside the last, so that neighbours share
    /// them; 0 elsewhere.
    /// </summary>
    public int ColumnStep;

    public bool Flips;

    /// <summary>Whether a sum times its multiplier may leave int32.</summary>
    public bool Clamps;

    /// <summary>[blocks of channels, quads of taps, registers, lanes, 4].</summary>
    public sbyte* Weights;

    public int* Bias;

    public float* Multipliers;

    public RequantizeConstants* Constants;

    public byte* Output;

    /// <summary>A block of bytes that a kernel may write to.</summary>
    public byte* Rest;

    public int Pixels;

    public int Channels;
}

/// <summary>
/// Depthwise convolution of bytes: the bytes of four taps are laid side by side, and are multiplied and added in one step.
/// </summary>
abstract class IntegerDepthwiseKernel : IDotProductKernel<IntegerDepthwiseKernel>
{
    static readonly IntegerDepthwiseKernel?[] Kernels = new IntegerDepthwiseKernel?[Enum.GetValues<DotProductLevel>().Length];

    public abstract int Lanes { get; }

    public abstract int LowestByte { get; }

    public abstract int InterleavedIndex(int register, int lane);

    /// <summary>
    /// The channel that a block begins with: the last block ends with the last channel, and may hold channels of the block before it once
    /// more.
    /// </summary>
    public int FirstChannel(int block, int channels) => Math.Max(0, Math.Min(block, channels - 4 * Lanes));

    public static IntegerDepthwiseKernel For(DotProductLevel level) =>
        Kernels[(int)level] ??= DotProducts.Create<IntegerDepthwiseKernel>(level);

    public static IntegerDepthwiseKernel Create<TDot, TSums, TBytes, TWeights>()
        where TDot : unmanaged, IDotProduct<TSums, TBytes, TWeights> where TSums : unmanaged where TBytes : unmanaged
            where TWeights : unmanaged =>
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
        if (run.Flips) Run<One>(run);
        else Run<Zero>(run);
    }

    void Run<TFlips>(in IntegerDepthwiseRun run) where TFlips : unmanaged, IConstant
    {
        if (run.Clamps) Run<TFlips, One>(run);
        else Run<TFlips, Zero>(run);
    }

    [MethodImpl(AggressiveOptimization)]
    void Run<TFlips, TClamps>(in IntegerDepthwiseRun run) where TFlips : unmanaged, IConstant where TClamps : unmanaged, IConstant
    {
        var pairs = run.ColumnStep > 0 ? run.Pixels / 2 : 0;
        if (pairs > 0)
        {
            if (run.ColumnStep == 1) RunPairs<TFlips, TClamps, One>(run, pairs);
            else RunPairs<TFlips, TClamps, Two>(run, pairs);
        }
        var rest = run;
        rest.Source += 2 * pairs * run.PixelStep;
        rest.Output += 2 * (nint)pairs * run.Channels;
        rest.Pixels -= 2 * pairs;
        if (rest.Pixels > 0) RunSingle<TFlips, TClamps>(rest);
    }

    [MethodImpl(AggressiveOptimization | NoInlining)]
    void RunSingle<TFlips, TClamps>(in IntegerDepthwiseRun run) where TFlips : unmanaged, IConstant where TClamps : unmanaged, IConstant
    {
        var block = 4 * TDot.Lanes;
        nint quads = run.TapQuads;
        for (var first = 0; first < run.Channels; first += block)
        {
            var channel = FirstChannel(first, run.Channels);
            var taps = run.Taps;
            byte* source = run.Source + channel, output = run.Output + channel;
            for (var pixel = 0; pixel < run.Pixels; pixel++, source += run.PixelStep, output += run.Channels)
            {
                var sums = DepthwiseSums<TDot, TSums, TBytes, TWeights>.Load(run.Bias + first);
                var weights = run.Weights + first * quads * 4;
                for (nint quad = 0; quad < quads; quad++, weights += 4 * block)
                {
                    TDot.Interleave(
                        source + taps[4 * quad], source + taps[4 * quad + 1], source + taps[4 * quad + 2], source + taps[4 * quad + 3],
                            TFlips.Value > 0,
                        out var bytes0, out var bytes1, out var bytes2, out var bytes3);
                    sums.Add(bytes0, bytes1, bytes2, bytes3, weights);
                }
                sums.Store<TClamps>(run, first, output);
            }
        }
    }

    /// <summary>Two pixels at a time, one or two columns apart: each column of taps is laid side by side once for both.</summary>
    [MethodImpl(AggressiveOptimization | NoInlining)]
    void RunPairs<TFlips, TClamps, TStep>(in IntegerDepthwiseRun run, int pairs)
        where TFlips : unmanaged, IConstant where TClamps : unmanaged, IConstant where TStep : unmanaged, IConstant
    {
        var block = 4 * TDot.Lanes;
        nint channels = run.Channels;
        for (var first = 0; first < run.Channels; first += block)
        {
            var weights = run.Weights + first * 3 * 4;
            byte* source = run.Source + run.Taps[0] + FirstChannel(first, run.Channels),
                output = run.Output + FirstChannel(first, run.Channels);
            nint step1 = run.Taps[1] - run.Taps[0], step2 = run.Taps[2] - run.Taps[0], step3 = run.Taps[3] - run.Taps[0];
            for (var pair = 0; pair < pairs; pair++, source += 2 * run.PixelStep, output += 2 * channels)
            {
                var left = DepthwiseSums<TDot, TSums, TBytes, TWeights>.Load(run.Bias + first);
                var right = left;

                var column = source;
                TDot.Interleave(column, column + step1, column + step2, column + step3, TFlips.Value > 0, out var bytes0, out var bytes1,
                    out var bytes2, out var bytes3);
                left.Add(bytes0, bytes1, bytes2, bytes3, weights);

                column += channels;
                TDot.Interleave(column, column + step1, column + step2, column + step3, TFlips.Value > 0, out bytes0, out bytes1,
                    out bytes2, out bytes3);
                left.Add(bytes0, bytes1, bytes2, bytes3, weights + 4 * block);
                if (TStep.Value == 1) right.Add(bytes0, bytes1, bytes2, bytes3, weights);

                column += channels;
                TDot.Interleave(column, column + step1, column + step2, column + step3, TFlips.Value > 0, out bytes0, out bytes1,
                    out bytes2, out bytes3);
                left.Add(bytes0, bytes1, bytes2, bytes3, weights + 8 * block);
                right.Add(bytes0, bytes1, bytes2, bytes3, TStep.Value == 1 ? weights + 4 * block : weights);

                column += channels;
                TDot.Interleave(column, column + step1, column + step2, column + step3, TFlips.Value > 0, out bytes0, out bytes1,
                    out bytes2, out bytes3);
                right.Add(bytes0, bytes1, bytes2, bytes3, TStep.Value == 1 ? weights + 8 * block : weights + 4 * block);

                if (TStep.Value == 2)
                {
                    column += channels;
                    TDot.Interleave(column, column + step1, column + step2, column + step3, TFlips.Value > 0, out bytes0, out bytes1,
                        out bytes2, out bytes3);
                    right.Add(bytes0, bytes1, bytes2, bytes3, weights + 8 * block);
                }
                left.Store<TClamps>(run, first, output);
                right.Store<TClamps>(run, first, output + channels);
            }
        }
    }
}

/// <summary>The sums of a block of channels of one pixel.</summary>
unsafe struct DepthwiseSums<TDot, TSums, TBytes, TWeights>
    where TDot : unmanaged, IDotProduct<TSums, TBytes, TWeights> where TSums : unmanaged where TBytes : unmanaged where TWeights : unmanaged
{
    TSums _first, _second, _third, _fourth;

    [MethodImpl(AggressiveInlining)]
    public static DepthwiseSums<TDot, TSums, TBytes, TWeights> Load(int* bias) => new()
    {
        _first = TDot.LoadSums(bias),
        _second = TDot.LoadSums(bias + TDot.Lanes),
        _third = TDot.LoadSums(bias + 2 * TDot.Lanes),
        _fourth = TDot.LoadSums(bias + 3 * TDot.Lanes),
    };

    [MethodImpl(AggressiveInlining)]
    public void Add(TBytes first, TBytes second, TBytes third, TBytes fourth, sbyte* weights)
    {
        _first = TDot.Add(_first, first, TDot.LoadWeights(weights));
        _second = TDot.Add(_second, second, TDot.LoadWeights(weights + 4 * TDot.Lanes));
        _third = TDot.Add(_third, third, TDot.LoadWeights(weights + 8 * TDot.Lanes));
        _fourth = TDot.Add(_fourth, fourth, TDot.LoadWeights(weights + 12 * TDot.Lanes));
    }

    /// <summary>Stores the outputs of a block; where a pixel has fewer channels than a block, only those.</summary>
    [MethodImpl(AggressiveInlining)]
    public readonly void Store<TClamps>(in IntegerDepthwiseRun run, int first, byte* output) where TClamps : unmanaged, IConstant
    {
        var multipliers = run.Multipliers + first;
        if (run.Channels >= 4 * TDot.Lanes) TDot.Requantize4(_first, _second, _third, _fourth, multipliers, run.Constants,
            TClamps.Value > 0, output);
        else
        {
            TDot.Requantize4(_first, _second, _third, _fourth, multipliers, run.Constants, TClamps.Value > 0, run.Rest);
            new ReadOnlySpan<byte>(run.Rest, run.Channels).CopyTo(new Span<byte>(output, run.Channels));
        }
    }
}
