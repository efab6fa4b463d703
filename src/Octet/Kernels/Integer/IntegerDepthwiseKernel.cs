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

    void Run<TFlips, TClamps>(in IntegerDepthwiseRun run) where TFlips : unmanaged, IConstant where TClamps : unmanaged, IConstant
    {
        if (run.Channels < 4 * TDot.Lanes) Run<TFlips, TClamps, One>(run);
        else Run<TFlips, TClamps, Zero>(run);
    }

    /// <summary>TNarrow: whether a pixel has fewer channels than a block. The copy that this takes is a call, which would keep sums out of
    /// registers.</summary>
    [MethodImpl(AggressiveOptimization)]
    void Run<TFlips, TClamps, TNarrow>(in IntegerDepthwiseRun run)
        where TFlips : unmanaged, IConstant where TClamps : unmanaged, IConstant where TNarrow : unmanaged, IConstant
    {
        var pairs = run.ColumnStep > 0 ? run.Pixels / 2 : 0;
        if (pairs > 0)
        {
            if (run.ColumnStep == 1) RunPairs<TFlips, TClamps, TNarrow, One>(run, pairs);
            else RunPairs<TFlips, TClamps, TNarrow, Two>(run, pairs);
        }
        var rest = run;
        rest.Source += 2 * pairs * run.PixelStep;
        rest.Output += 2 * (nint)pairs * run.Channels;
        rest.Pixels -= 2 * pairs;
        if (rest.Pixels > 0) RunSingle<TFlips, TClamps, TNarrow>(rest);
    }

    [MethodImpl(AggressiveOptimization | NoInlining)]
    void RunSingle<TFlips, TClamps, TNarrow>(in IntegerDepthwiseRun run)
        where TFlips : unmanaged, IConstant where TClamps : unmanaged, IConstant where TNarrow : unmanaged, IConstant
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
                    sums.Add(Quad<TFlips>.Load(
                        source + taps[4 * quad], source + taps[4 * quad + 1], source + taps[4 * quad + 2], source + taps[4 * quad + 3]),
                        weights);
                }
                sums.Store<TClamps, TNarrow>(run, first, output);
            }
        }
    }

    /// <summary>Two pixels at a time, one or two columns apart: each column of taps is laid side by side once, also for the pair
    /// behind.</summary>
    [MethodImpl(AggressiveOptimization | NoInlining)]
    void RunPairs<TFlips, TClamps, TNarrow, TStep>(in IntegerDepthwiseRun run, int pairs)
        where TFlips : unmanaged, IConstant where TClamps : unmanaged, IConstant where TNarrow : unmanaged, IConstant
            where TStep : unmanaged, IConstant
    {
        var block = 4 * TDot.Lanes;
        nint channels = run.Channels;
        nint step1 = run.Taps[1] - run.Taps[0], step2 = run.Taps[2] - run.Taps[0], step3 = run.Taps[3] - run.Taps[0];
        for (var first = 0; first < run.Channels; first += block)
        {
            sbyte* weights0 = run.Weights + first * 3 * 4, weights1 = weights0 + 4 * block, weights2 = weights1 + 4 * block;
            byte* column = run.Source + run.Taps[0] + FirstChannel(first, run.Channels),
                output = run.Output + FirstChannel(first, run.Channels);
            var start = DepthwiseSums<TDot, TSums, TBytes, TWeights>.Load(run.Bias + first);
            var column0 = Quad<TFlips>.Load(column, column + step1, column + step2, column + step3);
            column += channels;
            var column1 = TStep.Value == 1 ? Quad<TFlips>.Load(column, column + step1, column + step2, column + step3) : default;
            for (var pair = 0; pair < pairs; pair++, output += 2 * channels)
            {
                var (left, right) = (start, start);
                left.Add(column0, weights0);
                if (TStep.Value == 1)
                {
                    left.Add(column1, weights1);
                    right.Add(column1, weights0);

                    column += channels;
                    column0 = Quad<TFlips>.Load(column, column + step1, column + step2, column + step3);
                    left.Add(column0, weights2);
                    right.Add(column0, weights1);

                    column += channels;
                    column1 = Quad<TFlips>.Load(column, column + step1, column + step2, column + step3);
                    right.Add(column1, weights2);
                }
                else
                {
                    left.Add(Quad<TFlips>.Load(column, column + step1, column + step2, column + step3), weights1);

                    column += channels;
                    column0 = Quad<TFlips>.Load(column, column + step1, column + step2, column + step3);
                    left.Add(column0, weights2);
                    right.Add(column0, weights0);

                    column += channels;
                    right.Add(Quad<TFlips>.Load(column, column + step1, column + step2, column + step3), weights1);

                    column += channels;
                    column0 = Quad<TFlips>.Load(column, column + step1, column + step2, column + step3);
                    right.Add(column0, weights2);
                    column += channels;
                }
                left.Store<TClamps, TNarrow>(run, first, output);
                right.Store<TClamps, TNarrow>(run, first, output + channels);
            }
        }
    }

    /// <summary>Loads the bytes of four taps for a block of channels.</summary>
    static class Quad<TFlips> where TFlips : unmanaged, IConstant
    {
        [MethodImpl(AggressiveInlining)]
        public static TapQuad<TBytes> Load(byte* source0, byte* source1, byte* source2, byte* source3)
        {
            TapQuad<TBytes> quad;
            TDot.Interleave(
                source0, source1, source2, source3, TFlips.Value > 0, out quad.First, out quad.Second, out quad.Third, out quad.Fourth);
            return quad;
        }
    }
}

/// <summary>The bytes of four taps side by side, for a block of channels in four registers.</summary>
struct TapQuad<TBytes> where TBytes : unmanaged
{
    public TBytes First, Second, Third, Fourth;
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
    public void Add(in TapQuad<TBytes> bytes, sbyte* weights)
    {
        _first = TDot.Add(_first, bytes.First, TDot.LoadWeights(weights));
        _second = TDot.Add(_second, bytes.Second, TDot.LoadWeights(weights + 4 * TDot.Lanes));
        _third = TDot.Add(_third, bytes.Third, TDot.LoadWeights(weights + 8 * TDot.Lanes));
        _fourth = TDot.Add(_fourth, bytes.Fourth, TDot.LoadWeights(weights + 12 * TDot.Lanes));
    }

    /// <summary>Stores the outputs of a block; where a pixel has fewer channels than a block, only those.</summary>
    [MethodImpl(AggressiveInlining)]
    public readonly void Store<TClamps, TNarrow>(in IntegerDepthwiseRun run, int first, byte* output)
        where TClamps : unmanaged, IConstant where TNarrow : unmanaged, IConstant
    {
        var multipliers = run.Multipliers + first;
        if (TNarrow.Value == 0)
        {
            TDot.Requantize4(_first, _second, _third, _fourth, multipliers, run.Constants, TClamps.Value > 0, output);
        }
        else
        {
            TDot.Requantize4(_first, _second, _third, _fourth, multipliers, run.Constants, TClamps.Value > 0, run.Rest);
            new ReadOnlySpan<byte>(run.Rest, run.Channels).CopyTo(new Span<byte>(output, run.Channels));
        }
    }
}
