using Octet.Tensors;

namespace Octet.Kernels;

/// <summary>
/// 8-bit weights of a matrix product packed for <see cref="IntegerKernel"/>, as [depth / 4, columns, 4] in panels, with what each sum
/// begins with: the bias, less the input's zero point times the sum of the column's weights. Immutable; shared by all threads.
/// </summary>
sealed unsafe class PackedIntegerMatrix
{
    readonly Tensor _panels;
    readonly Tensor _bias;
    readonly Tensor _multipliers;
    readonly Tensor _constants;

    /// <param name="weights">From their zero points. Column j, row k lies at <c>j · columnStride + depthOffsets[k]</c>.</param>
    /// <param name="columns">Columns of the matrix.</param>
    /// <param name="columnStride">From one column to the next.</param>
    /// <param name="depthOffsets">[taps · depth of a tap].</param>
    /// <param name="taps">Runs of bytes that a row of the left-hand side consists of.</param>
    /// <param name="scheme">Input, bias and output.</param>
    /// <param name="firstColumn">Where the columns of this matrix begin in the bias and the multipliers of the scheme.</param>
    /// <param name="level">The level whose kernel will read them.</param>
    /// <exception cref="SumOverflowException">A sum could overflow.</exception>
    public PackedIntegerMatrix(
        ReadOnlySpan<sbyte> weights, int columns, int columnStride, ReadOnlySpan<int> depthOffsets, int taps, IntegerScheme scheme,
            int firstColumn = 0, DotProductLevel? level = null)
    {
        Kernel = IntegerKernel.For(level ?? DotProducts.Current);
        Flips = scheme.FlipsFor(Kernel.LowestByte);
        TapDepth = depthOffsets.Length / taps;
        TapQuads = (TapDepth + 3) / 4;
        Layout = new(columns, taps * TapQuads, Kernel.Lanes, IntegerKernel.WidestPanel);

        var quads = new Tensor(DataType.Int8, [columns, Layout.Depth, 4]);
        var starts = new int[columns];
        for (var column = 0; column < columns; column++)
        {
            var target = quads.AsSpan<sbyte>().Slice(column * Layout.Depth * 4, Layout.Depth * 4);
            var sum = default(SumRange);
            for (var k = 0; k < depthOffsets.Length; k++)
            {
                var weight = weights[column * columnStride + depthOffsets[k]];
                target[k / TapDepth * TapQuads * 4 + k % TapDepth] = weight;
                sum.Add(weight, scheme.InputZeroPoint, scheme.IsSigned);
            }
            Clamps |= scheme.Output is not null
                && sum.Reaches(scheme.BiasOf(firstColumn + column), scheme.MultiplierOf(firstColumn + column));
            starts[column] = sum.Start(scheme.BiasOf(firstColumn + column), scheme.KernelZeroPoint(Kernel.LowestByte),
                firstColumn + column);
        }

        _panels = new Tensor(DataType.Int32, [Layout.Length]);
        Layout.PackQuads(quads.Pointer<sbyte>(), (sbyte*)_panels.Pointer<int>());
        _bias = new Tensor(DataType.Int32, [Layout.Vectors * Layout.Lanes]);
        Layout.PackRow<int>(starts, _bias.AsSpan<int>());
        _multipliers = new Tensor(DataType.Float32, [Layout.Vectors * Layout.Lanes]);
        _constants = new Tensor(DataType.UInt8, [sizeof(RequantizeConstants)]);
        if (scheme.Output is not { } output) return;
        Layout.PackRow(scheme.MultipliersOf(firstColumn, columns), _multipliers.Floats);
        RequantizeConstants.Write((RequantizeConstants*)_constants.Pointer<byte>(), output);
    }

    public IntegerKernel Kernel { get; }

    public PanelLayout Layout { get; }

    public int Columns => Layout.Columns;

    /// <summary>Bytes in the run of one tap.</summary>
    public int TapDepth { get; }

    public int TapQuads { get; }

    public bool Flips { get; }

    /// <summary>Whether a sum times its multiplier may leave int32.</summary>
    public bool Clamps { get; }

    /// <summary>Fills in all of a block that follows from the matrix.</summary>
    public void Describe(ref IntegerBlock block)
    {
        (block.Layout, block.TapQuads, block.Flips, block.Clamps) = (Layout, TapQuads, Flips, Clamps);
        block.Panels = (sbyte*)_panels.Pointer<int>();
        block.Bias = _bias.Pointer<int>();
        block.Multipliers = _multipliers.Pointer<float>();
        block.Constants = (RequantizeConstants*)_constants.Pointer<byte>();
    }
}

/// <summary>The sum of the weights of an output and the range that its sums of products lie in.</summary>
struct SumRange
{
    long _weights, _low, _high;

    public void Add(int weight, int inputZeroPoint, bool isSigned)
    {
        var (low, high) = isSigned ? (sbyte.MinValue - inputZeroPoint, sbyte.MaxValue - inputZeroPoint)
            : (-inputZeroPoint, byte.MaxValue - inputZeroPoint);
        _weights += weight;
        _low += weight * (weight > 0 ? low : high);
        _high += weight * (weight > 0 ? high : low);
    }

    /// <summary>Whether a sum times a multiplier may be more than a conversion to int32 takes.</summary>
    public readonly bool Reaches(int bias, float multiplier) =>
        !(Math.Max(Math.Abs((double)_low + bias), Math.Abs((double)_high + bias)) * Math.Abs(multiplier) < RequantizeConstants.HighestStep);

    /// <summary>
    /// What a sum begins with: <c>bias − zeroPoint · Σ weights</c>, as a 32-bit number that may wrap, as the sum does on its way.
    /// </summary>
    /// <exception cref="SumOverflowException">With some input the sum itself would not fit 32 bits.</exception>
    public readonly int Start(int bias, int kernelZeroPoint, int channel)
    {
        if (_low + bias < int.MinValue || _high + bias > int.MaxValue) throw new SumOverflowException(channel, _low + bias, _high + bias);
        return unchecked((int)(bias - _weights * kernelZeroPoint));
    }
}

/// <summary>A sum of products could leave the range of 32-bit integers.</summary>
sealed class SumOverflowException(int channel, long low, long high) : OctetException(
    $"the sums of output channel {channel} can be anything from {low} to {high}, which 32-bit integers do not hold; quantize the bias of "
    + "this layer with a larger scale, or exclude the layer");
