using Octet.Evaluation;
using Octet.Tensors;

namespace Octet.Verification;

/// <summary>How far Octet's run of a file is from the runtime's, for one output over all samples.</summary>
/// <param name="Name">The output.</param>
/// <param name="Elements">How many elements were compared.</param>
/// <param name="Differing">How many of them are not equal, bit by bit.</param>
/// <param name="SqnrDb">Power of the runtime's output over power of the difference, in decibels; infinite for equal outputs, NaN where
/// they cannot be compared.</param>
/// <param name="Problem">What keeps the output from being compared; null for nothing.</param>
public sealed record OutputComparison(string Name, long Elements, long Differing, double SqnrDb, string? Problem)
{
    /// <summary>Outputs that differ by less noise than this are what rounding of ties leaves; in decibels.</summary>
    const double MinSqnr = 40;

    /// <summary>
    /// The same against the runtime's run of the file as it stands, node by node; null where it was not needed. Fused float nodes add in
    /// another order, which moves values from one integer to the next: where the ranges of each run follow from such values, all that
    /// comes later moves too.
    /// </summary>
    public double? UnfusedSqnrDb { get; init; }

    /// <summary>Whether the output is one of the runtime's, fused or as the file stands, but for what ties leave.</summary>
    public bool Agrees => Problem is null && (Differing == 0 || SqnrDb >= MinSqnr || UnfusedSqnrDb >= MinSqnr);
}

/// <summary>Adds up one output over samples.</summary>
sealed class OutputSums(string name)
{
    long _elements;
    long _differing;
    SignalComparison _signal;
    string? _problem;

    public void Add(Tensor judged, Tensor own)
    {
        _elements += judged.Length;
        if (judged.Type != own.Type || judged.Shape != own.Shape)
        {
            _problem ??= $"ONNX Runtime gives {judged}, Octet {own}";
            _differing += judged.Length;
            return;
        }
        if (judged.Type == DataType.String)
        {
            for (var i = 0; i < judged.Length; i++) if (judged.Strings[i] != own.Strings[i]) _differing++;
            return;
        }
        var size = judged.Type.Size;
        for (var i = 0; i < judged.Bytes.Length; i += size)
        {
            if (!judged.Bytes.Slice(i, size).SequenceEqual(own.Bytes.Slice(i, size))) _differing++;
        }
        if (judged.Type == DataType.Float32) _signal += SignalComparison.Of(judged.Floats, own.Floats);
    }

    public OutputComparison Result => new(name, _elements, _differing,
        _problem is not null ? double.NaN : _differing == 0 ? double.PositiveInfinity : _signal.SqnrDb, _problem);
}
