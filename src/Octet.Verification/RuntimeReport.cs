namespace Octet.Verification;

/// <summary>What a runtime does with a model.</summary>
/// <param name="Runtime">The runtime, its version and its settings.</param>
/// <param name="Model">The file that was loaded.</param>
/// <param name="Layers">Its convolutions and products, in the order of the file; those inside If, Loop and Scan are not listed.</param>
/// <param name="Conversions">Nodes that convert between floats and integers while the model runs.</param>
/// <param name="Samples">How many samples both ran.</param>
/// <param name="Outputs">How far Octet's run is from the runtime's.</param>
/// <param name="Milliseconds">The median time of one sample; null where it was not measured.</param>
/// <param name="FloatMilliseconds">That of the float model, by turns with it; null where no float model was given.</param>
/// <param name="Times">Which operators the time goes to.</param>
/// <param name="Threads">How many share one sample.</param>
public sealed record RuntimeReport(
    string Runtime, string Model, IReadOnlyList<RuntimeLayer> Layers, int Conversions, int Samples,
    IReadOnlyList<OutputVerification> Outputs, double? Milliseconds, double? FloatMilliseconds, IReadOnlyList<OperatorTime> Times,
    int Threads)
{
    /// <summary>Conversions that take more of the time than this are named, in percent.</summary>
    const double MaxConversionPercent = 15;

    /// <summary>Layers that run in integers.</summary>
    public int IntegerLayers => Layers.Count(layer => layer.Execution == LayerExecution.Integer);

    /// <summary>Layers that run in floats.</summary>
    public int FloatLayers => Layers.Count(layer => layer.Execution == LayerExecution.Float);

    /// <summary>Layers that the runtime's graph does not show.</summary>
    public int UnknownLayers => Layers.Count(layer => layer.Execution == LayerExecution.Unknown);

    /// <summary>The float model's time over this one's: 2 for twice as fast. Null where no float model was given.</summary>
    public double? Speedup => FloatMilliseconds / Milliseconds;

    /// <summary>Whether each output is Octet's, but for what ties leave.</summary>
    public bool Agrees => Outputs.All(output => output.Agrees);

    /// <summary>What the figures mean, one sentence each, the worst first.</summary>
    public IReadOnlyList<string> Verdict => [.. Verdicts()];

    IEnumerable<string> Verdicts()
    {
        var run = IntegerLayers + FloatLayers;
        if (run == 0) yield return "The model has no convolution and no product, so that there is nothing to run in integers.";
        else if (IntegerLayers == 0) yield return $"Nothing runs in integers: all {run} layers compute with floats.";
        else if (FloatLayers > 0) yield return $"{IntegerLayers} of {run} layers run in integers, {FloatLayers} in floats.";
        else yield return run == 1 ? "Its layer runs in integers." : $"All {run} layers run in integers.";
        if (UnknownLayers > 0) yield return $"Of {UnknownLayers} more it cannot be told.";

        foreach (var output in Outputs.Where(output => output.Problem is not null))
            yield return $"Output '{output.Name}': {output.Problem}.";
        if (Outputs.All(output => output.Problem is null) && !Agrees)
            yield return $"Octet's run of this file differs from the runtime's by more than rounding does "
                + $"({Outputs.Min(output => output.SqnrDb):F1} dB): what Octet reported of it does not hold there.";

        foreach (var sentence in OfTime()) yield return sentence;
    }

    IEnumerable<string> OfTime()
    {
        var converting = Times.Where(time => time.Operator is "QuantizeLinear" or "DequantizeLinear").Sum(time => time.Percent);
        if (Speedup is < 1)
        {
            yield return $"It is slower than the float model: {Milliseconds:F2} instead of {FloatMilliseconds:F2} ms.";
            var others = Times.Where(time => !RuntimeGraph.IsKernelOfLayers(time.Operator)).ToArray();
            var named = others.Take(3).Select(time => $"{time.Operator} {time.Percent:F0} %");
            yield return $"Operators that are no layers take {others.Sum(time => time.Percent):F0} % of the time "
                + $"({string.Join(", ", named)}): quantize again with these in floats, or use the float model.";
        }
        else if (Speedup is { } speedup) yield return $"It is {speedup:F2} times as fast as the float model.";
        if (converting > MaxConversionPercent)
            yield return $"{converting:F0} % of the time goes to {Conversions} conversions between floats and integers.";
    }
}
