using System.Text.Json.Serialization;
using Octet.Evaluation;
using Octet.Exporting;
using Octet.Pipeline;
using Octet.Steps;

namespace Octet.Reporting;

/// <summary>What a quantization did and what it cost: what the command line prints, and what <c>--json</c> writes.</summary>
public sealed record RunReport
{
    /// <summary>The float model's file.</summary>
    public required string Model { get; init; }

    /// <summary>The file that was written; empty if none was.</summary>
    public string Output { get; init; } = "";

    /// <summary>What the model was planned for.</summary>
    public required string Target { get; init; }

    /// <summary>The recipe that was followed, as the options changed it.</summary>
    public required string Recipe { get; init; }

    /// <summary>How ranges were chosen.</summary>
    public required string Method { get; init; }

    /// <summary>Whether ranges are found in each run of the integer model, not beforehand.</summary>
    public bool IsDynamic => Method == DynamicRanges.Method;

    /// <summary>How many processes shared the samples; null where one did all.</summary>
    public int? Ranks { get; init; }

    /// <summary>Samples that calibration saw.</summary>
    public int Samples { get; init; }

    /// <summary>What each method of a search gave, the best first; empty where none was asked for.</summary>
    public IReadOnlyList<MethodFigures> Search { get; init; } = [];

    /// <summary>Names in the calibration table that the model has not.</summary>
    public IReadOnlyList<string> UnknownNames { get; init; } = [];

    /// <summary>Values between operators that became integers.</summary>
    public int QuantizedValues { get; init; }

    /// <summary>Weights that became integers.</summary>
    public int QuantizedWeights { get; init; }

    /// <summary>How much of the work runs in integers; null where sizes are open and no sample says them.</summary>
    public IntegerWork? Work { get; init; }

    /// <summary>Operators that stay in floats, by name.</summary>
    public IReadOnlyList<string> FloatOperators { get; init; } = [];

    /// <summary>Nodes that the QOperator form has no integer operator for, and that stay between real values; empty for the QDQ
    /// form.</summary>
    public IReadOnlyList<UnconvertedNode> Unconverted { get; init; } = [];

    /// <summary>Whether the file is larger than the float model, or may be slower, with what to do.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Values that could not be compared with the float model's, and why.</summary>
    public IReadOnlyList<string> NotCompared { get; init; } = [];

    /// <summary>Bits of the values between operators, as the recipe has them for the whole model.</summary>
    public int ActivationBits { get; init; } = 8;

    /// <summary>The size of the float model's file, without weights beside it.</summary>
    public long FloatBytes { get; init; }

    /// <summary>The size of the file that was written.</summary>
    public long IntegerBytes { get; init; }

    /// <summary>Wall time of calibration, tuning included; zero where a table gave the ranges.</summary>
    public double CalibrationSeconds { get; init; }

    /// <summary>What the steps of the recipe gave, in their order; empty where a table gave the ranges.</summary>
    public IReadOnlyList<StepReport> Steps { get; init; } = [];

    /// <summary>How often the steps went over calibration samples.</summary>
    public int Passes { get; init; }

    /// <summary>The number of samples that steps kept in memory.</summary>
    public int KeptSamples { get; init; }

    /// <summary>What the tensors of these samples took.</summary>
    public long KeptBytes { get; init; }

    /// <summary>How far the outputs of the simulated model are from the float model's, on calibration samples.</summary>
    public IReadOnlyList<LayerReport> Outputs { get; init; } = [];

    /// <summary>The layers that add most noise by themselves (<see cref="LayerReport.LocalSqnrDb"/>), worst first.</summary>
    public IReadOnlyList<LayerReport> WorstLayers { get; init; } = [];

    /// <summary>Whether the integer model is within tolerance of the float one; null where that was not asked.</summary>
    public CheckReport? Check { get; init; }

    /// <summary>What was written for TI's tools, where that was asked.</summary>
    public TidlReport? Tidl { get; init; }

    /// <summary>Accuracy of the float model on the validation samples, where some were given.</summary>
    public Accuracy? FloatAccuracy { get; init; }

    /// <summary>Accuracy of the exported model, read back from its file, on the same samples.</summary>
    public Accuracy? IntegerAccuracy { get; init; }

    /// <summary>How much the integer model's accuracy differs from the float model's, sample by sample, where some were given.</summary>
    public AccuracyDifference? Difference { get; init; }

    /// <summary>How often the integer model answers as the float model does; null where outputs are of no kind that is known, or no samples
    /// were given.</summary>
    public Agreement? Agreement { get; init; }

    /// <summary>What the float model sees and answers, and what is doubtful about it; null where there are no samples.</summary>
    public FloatModelReport? FloatModel { get; init; }

    /// <summary>Samples that could not be read, with the reason.</summary>
    public IReadOnlyList<string> Skipped { get; init; } = [];

    /// <summary>How many files beside the samples are of kinds that are not read, and of which; null where there are none.</summary>
    public string? NotRead { get; init; }

    /// <summary>What a page draws: every node, histograms, weights by channel; null where that was not asked. Not among the JSON.</summary>
    [JsonIgnore]
    public RunDetails? Details { get; init; }

    /// <summary>What to do with the result, in a sentence or two.</summary>
    public Advice Advice => Advice.For(this);

    /// <summary>A summary in a few lines: what was done, sizes, accuracy, the outputs' noise, and the advice.</summary>
    public override string ToString()
    {
        var lines = new List<string>
        {
            $"{Model} → {(Output.Length > 0 ? Output : "no file")}: recipe {Recipe}, method {Method}, {Samples} samples, for {Target}",
            $"{QuantizedValues} values and {QuantizedWeights} weights in integers, {FloatBytes} bytes → {IntegerBytes}",
        };
        if (FloatAccuracy is { } real && IntegerAccuracy is { } rounded)
            lines.Add($"{real.Metric} {real.Value:F2} % float, {rounded.Value:F2} % integer, {rounded.Samples} samples");
        lines.AddRange(Outputs.Select(output => $"output {output.Name}: SQNR {output.SqnrDb:F1} dB, cosine {output.Cosine:F6}"));
        lines.Add(Advice.ToString());
        return string.Join('\n', lines);
    }
}

/// <summary>The files for TI's tools, and what they said when they were read back.</summary>
/// <param name="Files">What was written.</param>
/// <param name="Ranges">Ranges derived from the Clips, each equal to the calibrated one.</param>
/// <param name="Scales">Scales of the integer model that are the same powers of two.</param>
/// <param name="SameWeights">Weights that TIDL will round to the same integers.</param>
/// <param name="Weights">All weights.</param>
/// <param name="WeightsOnGrid">Whether the file holds weights that are rounded already.</param>
public sealed record TidlReport(IReadOnlyList<string> Files, int Ranges, int Scales, int SameWeights, int Weights, bool WeightsOnGrid);

/// <summary>The figures of one layer in a report.</summary>
public sealed record LayerReport(string Name, string Operator, double SqnrDb, double Cosine)
{
    /// <summary>
    /// The layer's own noise, in decibels: what rounding its weights and its input costs its output where everything before it is the float
    /// model's; <see cref="SqnrDb"/> has the noise of all layers before it too. Null for what is no layer, and where it was not measured.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double? LocalSqnrDb { get; init; }

    /// <summary>The name of the node that makes the value; null where it was not asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public string? Node { get; init; }

    /// <summary>Whether this is a part of an output that joins unlike quantities, and no output by itself.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsPart { get; init; }

    /// <summary>The figures of one value, as a comparison gave them.</summary>
    public static LayerReport Of(LayerFigures layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        return new(layer.Name, layer.Operator, layer.SqnrDb, layer.Cosine);
    }
}
