using Octet.Evaluation;
using Octet.Tensors;

namespace Octet.ConformanceTests;

/// <summary>How far Octet's run of an exported file is from ONNX Runtime's, for one output over all samples.</summary>
/// <param name="Name">The output.</param>
/// <param name="Elements">How many elements were compared.</param>
/// <param name="Differing">How many of them are not equal.</param>
/// <param name="Signal">The figures of float outputs.</param>
/// <param name="Problem">What keeps the output from being compared; null for nothing.</param>
sealed record OutputAgreement(string Name, long Elements, long Differing, SignalComparison Signal, string? Problem = null)
{
    public bool IsEqual => Problem is null && Differing == 0;

    public static OutputAgreement Of(string name, Tensor judged, Tensor own)
    {
        if (judged.Type != own.Type || judged.Shape != own.Shape) return new(name, judged.Length, judged.Length, default, $"ONNX Runtime gives {judged}, Octet {own}");
        if (judged.Type == DataType.String) return new(name, judged.Length, judged.Strings.ToArray().Zip(own.Strings.ToArray()).Count(pair => pair.First != pair.Second), default);

        var (size, differing) = (judged.Type.Size, 0L);
        for (var i = 0; i < judged.Bytes.Length; i += size)
        {
            if (!judged.Bytes.Slice(i, size).SequenceEqual(own.Bytes.Slice(i, size))) differing++;
        }
        if (judged.Type != DataType.Float32) return new(name, judged.Length, differing, default);
        return differing == 0 || !AnyNaN(judged, own)
            ? new(name, judged.Length, differing, SignalComparison.Of(judged.Floats, own.Floats))
            : new(name, judged.Length, differing, default, "one of both gives NaN");
    }

    public static OutputAgreement operator +(OutputAgreement one, OutputAgreement other) =>
        new(one.Name, one.Elements + other.Elements, one.Differing + other.Differing, one.Signal + other.Signal, one.Problem ?? other.Problem);

    public override string ToString() =>
        $"'{Name}': {Problem ?? (IsEqual ? "equal" : $"{Signal.SqnrDb:F1} dB, {Differing} of {Elements} elements differ")}";

    static bool AnyNaN(Tensor one, Tensor other) => one.Floats.ToArray().Concat(other.Floats.ToArray()).Any(float.IsNaN);
}
