namespace Octet.Kernels;

/// <summary>
/// The 8-bit weights of a convolution, packed once for images with channels last: one matrix a group, its rows in the order tap row, tap
/// column, input channel. Immutable; shared by all threads and by convolutions of any image size.
/// </summary>
sealed class IntegerFilters
{
    readonly PackedIntegerMatrix[] _groups;

    /// <param name="weights">[outputs, inputs / groups, height, width], as ONNX lays them out, from their zero points.</param>
    /// <param name="outputs">Output channels.</param>
    /// <param name="inputs">Input channels.</param>
    /// <param name="window">The window that the filters are for.</param>
    /// <param name="groups">Groups of channels.</param>
    /// <param name="scheme">Input, bias and output.</param>
    /// <param name="level">The level whose kernel will read them.</param>
    /// <exception cref="SumOverflowException">A sum could overflow.</exception>
    public IntegerFilters(ReadOnlySpan<sbyte> weights, int outputs, int inputs, in WindowGeometry window, int groups, IntegerScheme scheme,
        DotProductLevel? level = null)
    {
        (Inputs, Outputs, Taps, Scheme) = (inputs, outputs, window.Taps, scheme);
        var (groupInputs, groupOutputs) = (inputs / groups, outputs / groups);
        ArgumentOutOfRangeException.ThrowIfNotEqual(weights.Length, outputs * groupInputs * Taps);

        // Taps of a line are one run of bytes where neighbours in the window are neighbours in memory.
        JoinsTaps = groups == 1 && window.Width.Dilation == 1;
        var runs = JoinsTaps ? window.Height.Kernel : Taps;
        var offsets = new int[Taps * groupInputs];
        for (var i = 0; i < offsets.Length; i++) offsets[i] = i % groupInputs * Taps + i / groupInputs;
        _groups = new PackedIntegerMatrix[groups];
        for (var group = 0; group < groups; group++)
        {
            _groups[group] = new(
                weights.Slice(group * groupOutputs * offsets.Length, groupOutputs * offsets.Length), groupOutputs, offsets.Length, offsets,
                    runs, scheme,
                group * groupOutputs, level);
        }
    }

    public int Inputs { get; }

    public int Outputs { get; }

    public int Taps { get; }

    public IntegerScheme Scheme { get; }

    /// <summary>Whether the taps of a line of the window were packed as one run.</summary>
    public bool JoinsTaps { get; }

    public ReadOnlySpan<PackedIntegerMatrix> Groups => _groups;
}
