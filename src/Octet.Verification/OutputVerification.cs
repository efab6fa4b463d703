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
public sealed record OutputVerification(string Name, long Elements, long Differing, double SqnrDb, string? Problem)
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
        _differing += Differing(judged, own);
        if (judged.Type == DataType.Float32) _signal += SignalComparison.Of(judged.Floats, own.Floats);
    }

    /// <summary>How many elements of two tensors of one type and shape are not equal, bit by bit.</summary>
    public static long Differing(Tensor one, Tensor other)
    {
        var differing = 0L;
        if (one.Type == DataType.String)
        {
            for (var i = 0; i < one.Length; i++) if (one.Strings[i] != other.Strings[i]) differing++;
            return differing;
        }
        var size = one.Type.Size;
        for (var i = 0; i < one.Bytes.Length; i += size)
        {
            if (!one.Bytes.Slice(i, size).SequenceEqual(other.Bytes.Slice(i, size))) differing++;
        }
        return differing;
    }

    public OutputVerification Result => new(name, _elements, _differing,
        _problem is not null ? double.NaN : _differing == 0 ? double.PositiveInfinity : _signal.SqnrDb, _problem);
}
