using Octet.Evaluation;
using Octet.Tensors;

namespace Octet.TestSupport;

/// <summary>How far Octet's run of an exported file is from ONNX Runtime's, for one output over all samples.</summary>
/// <param name="Name">The output.</param>
/// <param name="Elements">How many elements were compared.</param>
/// <param name="Differing">How many of them are not equal.</param>
/// <param name="Signal">The figures of float outputs.</param>
/// <param name="Unfused">The same against ONNX Runtime's run of the file as it stands, in rounded floats.</param>
/// <param name="Own">How far ONNX Runtime's two runs are from each other.</param>
/// <param name="Problem">What keeps the output from being compared; null for nothing.</param>
sealed record OutputAgreement(string Name, long Elements, long Differing, SignalComparison Signal, SignalComparison Unfused,
    SignalComparison Own, string? Problem = null)
{
    public bool IsEqual => Problem is null && Differing == 0;

    /// <summary>What two sums of random noise of one power may differ in, in decibels.</summary>
    const double Spread = 3;

    /// <summary>
    /// Whether Octet's run is ONNX Runtime's, in integers or of the file as it stands: equal, or but for noise of so many decibels, or as
    /// near to it as those two are to each other.
    /// </summary>
    /// <remarks>
    /// All are right, and in deep networks they are not near each other: sums that end in a tie are rounded one step apart where floats are
    /// added instead of integers, or in another order, and each later layer carries that on.
    /// </remarks>
    public bool Reaches(double minSqnr) =>
        Problem is null && (Differing == 0 || Math.Max(Signal.SqnrDb, Unfused.SqnrDb) >= Math.Min(minSqnr, Own.SqnrDb - Spread));

    public static OutputAgreement Of(string name, Tensor judged, Tensor own, Tensor unfused)
    {
        if (judged.Type != own.Type || judged.Shape != own.Shape)
            return new(name, judged.Length, judged.Length, default, default, default, $"ONNX Runtime gives {judged}, Octet {own}");
        var differing = OutputSums.Differing(judged, own);
        if (judged.Type != DataType.Float32) return new(name, judged.Length, differing, default, default, default);
        return differing == 0 || !AnyNaN(judged, own)
            ? new(name, judged.Length, differing, SignalComparison.Of(judged.Floats, own.Floats), FiguresOf(unfused, own),
                FiguresOf(unfused, judged))
            : new(name, judged.Length, differing, default, default, default, "one of both gives NaN");
    }

    public static OutputAgreement operator +(OutputAgreement one, OutputAgreement other) =>
        new(one.Name, one.Elements + other.Elements, one.Differing + other.Differing, one.Signal + other.Signal,
            one.Unfused + other.Unfused, one.Own + other.Own, one.Problem ?? other.Problem);

    public override string ToString() =>
        $"'{Name}': {Problem ?? (IsEqual ? "equal" : Figures)}";

    string Figures => $"{Signal.SqnrDb:F1} dB, {Differing} of {Elements} elements differ; {Unfused.SqnrDb:F1} dB from the file as it "
        + $"stands, which are {Own.SqnrDb:F1} dB apart";

    static SignalComparison FiguresOf(Tensor one, Tensor other) =>
        one.Shape == other.Shape ? SignalComparison.Of(one.Floats, other.Floats) : default;

    static bool AnyNaN(Tensor one, Tensor other) => one.Floats.ToArray().Concat(other.Floats.ToArray()).Any(float.IsNaN);
}
