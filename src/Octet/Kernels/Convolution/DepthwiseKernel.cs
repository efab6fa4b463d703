using System.Runtime.CompilerServices;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Octet.Kernels;

/// <summary>
/// Some pixels of a depthwise convolution that see equally many taps, evenly spaced along a line or a column:
/// <c>output[p, c] = limit(Σ source[p, tap, c] · weights[tap, c] + bias[c])</c>, summed tap line by tap line.
/// </summary>
abstract class DepthwiseKernel : ISimdKernel<DepthwiseKernel>
{
    static readonly DepthwiseKernel?[] Kernels = new DepthwiseKernel?[Enum.GetValues<SimdLevel>().Length];

    /// <summary>Channels in a vector; images have at least as many.</summary>
    public abstract int Lanes { get; }

    public static DepthwiseKernel For(SimdLevel level) => Kernels[(int)level] ??= Simd.Create<DepthwiseKernel>(level);

    public static DepthwiseKernel Create<TLanes>() where TLanes : unmanaged, ILanes<TLanes> => new DepthwiseKernel<TLanes>();

    /// <summary>Computes any pixels.</summary>
    public abstract void Run(in DepthwiseRun run);

    /// <summary>
    /// Computes a line of pixels and the line below it, for windows of three or five columns of which neighbours see neighbouring elements,
    /// to the right and below; at least <see cref="NeighbourPixels"/> pixels. The same bits as <see cref="Run"/>, in less time.
    /// </summary>
    public abstract void RunNeighbours(in DepthwiseRun run);

    /// <summary>The fewest pixels for <see cref="RunNeighbours"/>.</summary>
    public const int NeighbourPixels = 4;
}

/// <summary>The work of one call of <see cref="DepthwiseKernel"/>. Steps are in floats.</summary>
unsafe struct DepthwiseRun
{
    /// <summary>What the first tap of the first pixel sees.</summary>
    public float* Source;

    /// <summary>From what a tap sees for one pixel to what it sees for the next.</summary>
    public nint PixelStep;

    /// <summary>From what a tap sees to what the next one in its line sees.</summary>
    public nint TapStep;

    /// <summary>From what a tap sees to what the one below sees.</summary>
    public nint TapLineStep;

    public int TapLines;

    public int TapColumns;

    /// <summary>The weights of the first tap: one for each channel, and then those of the next tap.</summary>
    public float* Weights;

    /// <summary>From the weights of a tap to those of the one below.</summary>
    public nint WeightLineStep;

    public float* Bias;

    public float* Output;

    /// <summary>From one pixel of the output to the next.</summary>
    public nint OutputStep;

    /// <summary>From one line of the output to the next.</summary>
    public nint OutputLineStep;

    public int Pixels;

    public int Channels;

    public Limits Limits;
}

/// <inheritdoc/>
/// <remarks>The last vector of channels overlaps the one before it.</remarks>
sealed unsafe class DepthwiseKernel<TLanes> : DepthwiseKernel where TLanes : unmanaged, ILanes<TLanes>
{
    const int MaxPixels = 8;

    public override int Lanes => TLanes.Count;

    public override void Run(in DepthwiseRun run)
    {
        if (run.Pixels == 0) return;
        var tiles = (run.Pixels + MaxPixels - 1) / MaxPixels;
        var (width, widerTiles) = Math.DivRem(run.Pixels, tiles);
        RunTiles(width + 1, run, firstPixel: 0, widerTiles);
        RunTiles(width, run, firstPixel: (width + 1) * widerTiles, tiles - widerTiles);
    }

    static void RunTiles(int width, in DepthwiseRun run, int firstPixel, int tiles)
    {
        if (tiles == 0) return;
        switch (width)
        {
            case 1: RunTiles<One>(run, firstPixel, tiles); break;
            case 2: RunTiles<Two>(run, firstPixel, tiles); break;
            case 3: RunTiles<Three>(run, firstPixel, tiles); break;
            case 4: RunTiles<Four>(run, firstPixel, tiles); break;
            case 5: RunTiles<Five>(run, firstPixel, tiles); break;
            case 6: RunTiles<Six>(run, firstPixel, tiles); break;
            case 7: RunTiles<Seven>(run, firstPixel, tiles); break;
            default: RunTiles<Eight>(run, firstPixel, tiles); break;
        }
    }

    /// <summary>
    /// Tiles of one width along the run; what the width does not use, the compiler removes. A weight is loaded once for all pixels of a
    /// tile, and what they see is an operand in memory of each multiply-add.
    /// </summary>
    // Not inlined, for a caller that inlines it has no budget left to inline what the loop is made of.
    [MethodImpl(AggressiveOptimization | NoInlining)]
    static void RunTiles<TPixels>(in DepthwiseRun run, int firstPixel, int tiles) where TPixels : unmanaged, IConstant
    {
        var (low, high) = (TLanes.Repeat(run.Limits.Low), TLanes.Repeat(run.Limits.High));
        var (step, outputStep) = (run.PixelStep, run.OutputStep);
        for (var pixel = firstPixel; pixel < firstPixel + tiles * TPixels.Value; pixel += TPixels.Value)
        {
            for (var next = 0; next < run.Channels; next += TLanes.Count)
            {
                var channel = Math.Min(next, run.Channels - TLanes.Count);
                TLanes sum0 = default, sum1 = default, sum2 = default, sum3 = default, sum4 = default, sum5 = default, sum6 = default,
                    sum7 = default;
                var line = run.Source + pixel * step + channel;
                var weightLine = run.Weights + channel;
                for (var tapLine = 0; tapLine < run.TapLines; tapLine++)
                {
                    float* seen = line, weights = weightLine;
                    for (var tap = 0; tap < run.TapColumns; tap++)
                    {
                        var weight = TLanes.Load(weights);
                        sum0 = TLanes.MultiplyAdd(weight, seen, sum0);
                        if (TPixels.Value > 1) sum1 = TLanes.MultiplyAdd(weight, seen + step, sum1);
                        if (TPixels.Value > 2) sum2 = TLanes.MultiplyAdd(weight, seen + 2 * step, sum2);
                        if (TPixels.Value > 3) sum3 = TLanes.MultiplyAdd(weight, seen + 3 * step, sum3);
                        if (TPixels.Value > 4) sum4 = TLanes.MultiplyAdd(weight, seen + 4 * step, sum4);
                        if (TPixels.Value > 5) sum5 = TLanes.MultiplyAdd(weight, seen + 5 * step, sum5);
                        if (TPixels.Value > 6) sum6 = TLanes.MultiplyAdd(weight, seen + 6 * step, sum6);
                        if (TPixels.Value > 7) sum7 = TLanes.MultiplyAdd(weight, seen + 7 * step, sum7);
                        seen += run.TapStep;
                        weights += run.Channels;
                    }
                    line += run.TapLineStep;
                    weightLine += run.WeightLineStep;
                }
                var bias = run.Bias + channel;
                var output = run.Output + pixel * outputStep + channel;
                TLanes.Limit(TLanes.Add(sum0, bias), low, high).Store(output);
                if (TPixels.Value > 1) TLanes.Limit(TLanes.Add(sum1, bias), low, high).Store(output + outputStep);
                if (TPixels.Value > 2) TLanes.Limit(TLanes.Add(sum2, bias), low, high).Store(output + 2 * outputStep);
                if (TPixels.Value > 3) TLanes.Limit(TLanes.Add(sum3, bias), low, high).Store(output + 3 * outputStep);
                if (TPixels.Value > 4) TLanes.Limit(TLanes.Add(sum4, bias), low, high).Store(output + 4 * outputStep);
                if (TPixels.Value > 5) TLanes.Limit(TLanes.Add(sum5, bias), low, high).Store(output + 5 * outputStep);
                if (TPixels.Value > 6) TLanes.Limit(TLanes.Add(sum6, bias), low, high).Store(output + 6 * outputStep);
                if (TPixels.Value > 7) TLanes.Limit(TLanes.Add(sum7, bias), low, high).Store(output + 7 * outputStep);
            }
        }
    }

    public override void RunNeighbours(in DepthwiseRun run)
    {
        if (run.TapColumns == 3) RunNeighbours<Three>(run);
        else RunNeighbours<Five>(run);
    }

    /// <summary>Tiles of four pixels by two lines: a line of the image that both lines of pixels see comes into the first-level cache once
    /// for both.</summary>
    [MethodImpl(AggressiveOptimization | NoInlining)]
    static void RunNeighbours<TColumns>(in DepthwiseRun run) where TColumns : unmanaged, IConstant
    {
        var (low, high) = (TLanes.Repeat(run.Limits.Low), TLanes.Repeat(run.Limits.High));
        var (step, outputStep) = (run.PixelStep, run.OutputStep);
        nint channels = run.Channels;
        for (var nextPixel = 0; nextPixel < run.Pixels; nextPixel += NeighbourPixels)
        {
            var pixel = Math.Min(nextPixel, run.Pixels - NeighbourPixels);
            for (nint next = 0; next < channels; next += TLanes.Count)
            {
                var channel = Math.Min(next, channels - TLanes.Count);
                DepthwiseSums<TLanes, TColumns> upper = default, lower = default;
                var seen = run.Source + pixel * step + channel;
                var weights = run.Weights + channel;

                for (var tapLine = 0; tapLine < run.TapLines; tapLine++)
                {
                    upper.AddTapLine(seen, step, weights, channels);
                    seen += run.TapLineStep;
                    lower.AddTapLine(seen, step, weights, channels);
                    weights += run.WeightLineStep;
                }

                var bias = run.Bias + channel;
                var output = run.Output + pixel * outputStep + channel;
                upper.Store(output, outputStep, bias, low, high);
                lower.Store(output + run.OutputLineStep, outputStep, bias, low, high);
            }
        }
    }
}

/// <summary>The sums of four neighbouring pixels, kept in registers.</summary>
unsafe struct DepthwiseSums<TLanes, TColumns> where TLanes : unmanaged, ILanes<TLanes> where TColumns : unmanaged, IConstant
{
    TLanes _sum0, _sum1, _sum2, _sum3;

    /// <summary>Adds what one line of taps sees, three or five columns; each element is loaded once for all the pixels that see
    /// it.</summary>
    [MethodImpl(AggressiveInlining)]
    public void AddTapLine(float* source, nint step, float* weights, nint channels)
    {
        var weight0 = TLanes.Load(weights);
        var weight1 = TLanes.Load(weights + channels);
        var weight2 = TLanes.Load(weights + 2 * channels);
        var weight3 = TColumns.Value > 3 ? TLanes.Load(weights + 3 * channels) : default;
        var weight4 = TColumns.Value > 3 ? TLanes.Load(weights + 4 * channels) : default;

        var seen = TLanes.Load(source);
        _sum0 = TLanes.MultiplyAdd(seen, weight0, _sum0);

        seen = TLanes.Load(source + step);
        _sum0 = TLanes.MultiplyAdd(seen, weight1, _sum0);
        _sum1 = TLanes.MultiplyAdd(seen, weight0, _sum1);

        seen = TLanes.Load(source + 2 * step);
        _sum0 = TLanes.MultiplyAdd(seen, weight2, _sum0);
        _sum1 = TLanes.MultiplyAdd(seen, weight1, _sum1);
        _sum2 = TLanes.MultiplyAdd(seen, weight0, _sum2);

        seen = TLanes.Load(source + 3 * step);
        if (TColumns.Value > 3) _sum0 = TLanes.MultiplyAdd(seen, weight3, _sum0);
        _sum1 = TLanes.MultiplyAdd(seen, weight2, _sum1);
        _sum2 = TLanes.MultiplyAdd(seen, weight1, _sum2);
        _sum3 = TLanes.MultiplyAdd(seen, weight0, _sum3);

        seen = TLanes.Load(source + 4 * step);
        if (TColumns.Value > 3) _sum0 = TLanes.MultiplyAdd(seen, weight4, _sum0);
        if (TColumns.Value > 3) _sum1 = TLanes.MultiplyAdd(seen, weight3, _sum1);
        _sum2 = TLanes.MultiplyAdd(seen, weight2, _sum2);
        _sum3 = TLanes.MultiplyAdd(seen, weight1, _sum3);

        seen = TLanes.Load(source + 5 * step);
        if (TColumns.Value > 3) _sum1 = TLanes.MultiplyAdd(seen, weight4, _sum1);
        if (TColumns.Value > 3) _sum2 = TLanes.MultiplyAdd(seen, weight3, _sum2);
        _sum3 = TLanes.MultiplyAdd(seen, weight2, _sum3);

        if (TColumns.Value > 3)
        {
            seen = TLanes.Load(source + 6 * step);
            _sum2 = TLanes.MultiplyAdd(seen, weight4, _sum2);
            _sum3 = TLanes.MultiplyAdd(seen, weight3, _sum3);
            _sum3 = TLanes.MultiplyAdd(TLanes.Load(source + 7 * step), weight4, _sum3);
        }
    }

    [MethodImpl(AggressiveInlining)]
    public readonly void Store(float* destination, nint step, float* bias, TLanes low, TLanes high)
    {
        TLanes.Limit(TLanes.Add(_sum0, bias), low, high).Store(destination);
        TLanes.Limit(TLanes.Add(_sum1, bias), low, high).Store(destination + step);
        TLanes.Limit(TLanes.Add(_sum2, bias), low, high).Store(destination + 2 * step);
        TLanes.Limit(TLanes.Add(_sum3, bias), low, high).Store(destination + 3 * step);
    }
}
