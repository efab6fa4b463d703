namespace Octet.Kernels;

/// <summary>
/// The weights and biases of a convolution, packed once for NHWC: one matrix a group, its rows in the order tap row, tap column, input
/// channel. Immutable; shared by all threads and by convolutions of any image size.
/// </summary>
sealed class PackedFilters
{
    readonly PackedMatrix[] _groups;
    readonly int[] _offsets;

    /// <param name="weights">[outputs, inputs / groups, height, width], as ONNX lays them out.</param>
    /// <param name="bias">[outputs]; empty for none.</param>
    /// <param name="outputs">Output channels.</param>
    /// <param name="inputs">Input channels.</param>
    /// <param name="taps">Taps of a filter: height · width.</param>
    /// <param name="groups">Groups of channels.</param>
    /// <param name="level">The level whose kernel will read them.</param>
    public PackedFilters(ReadOnlySpan<float> weights, ReadOnlySpan<float> bias, int outputs, int inputs, int taps, int groups,
        SimdLevel? level = null)
    {
        (Inputs, Outputs, Taps) = (inputs, outputs, taps);
        var (groupInputs, groupOutputs) = (inputs / groups, outputs / groups);
        ArgumentOutOfRangeException.ThrowIfNotEqual(weights.Length, outputs * groupInputs * taps);

        var offsets = new int[taps * groupInputs];
        for (var i = 0; i < offsets.Length; i++) offsets[i] = i % groupInputs * taps + i / groupInputs;
        _offsets = offsets;
        _groups = new PackedMatrix[groups];
        for (var group = 0; group < groups; group++)
        {
            _groups[group] = new(
                groupOutputs, weights.Slice(group * groupOutputs * offsets.Length, groupOutputs * offsets.Length), offsets.Length, offsets,
                bias.IsEmpty ? [] : bias.Slice(group * groupOutputs, groupOutputs), level ?? Simd.Current);
        }
    }

    public int Inputs { get; }

    public int Outputs { get; }

    public int Taps { get; }

    public ReadOnlySpan<PackedMatrix> Groups => _groups;

    /// <summary>Packs other weights and biases into the same memory; not to be called while it is read.</summary>
    public void Repack(ReadOnlySpan<float> weights, ReadOnlySpan<float> bias)
    {
        var groupOutputs = Outputs / _groups.Length;
        for (var group = 0; group < _groups.Length; group++)
        {
            _groups[group].Repack(
                weights.Slice(group * groupOutputs * _offsets.Length, groupOutputs * _offsets.Length), _offsets.Length, _offsets,
                bias.IsEmpty ? [] : bias.Slice(group * groupOutputs, groupOutputs));
        }
    }
}
