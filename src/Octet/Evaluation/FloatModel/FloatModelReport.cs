namespace Octet.Evaluation;

/// <summary>What a float model sees and answers, before anything is quantized: a reader of the report can tell from it whether the samples
/// came to the model as in training.</summary>
public sealed record FloatModelReport
{
    /// <summary>How pictures become inputs, in words; empty where the samples are arrays.</summary>
    public string Preprocessing { get; init; } = "";

    /// <summary>What the inputs hold over the samples that were run.</summary>
    public IReadOnlyList<InputFigures> Inputs { get; init; } = [];

    /// <summary>What the model answers to the first samples.</summary>
    public IReadOnlyList<Prediction> Predictions { get; init; } = [];

    /// <summary>How many samples were run for this.</summary>
    public int Samples { get; init; }

    /// <summary>Signs that something is wrong with the model, its inputs or the labels; the gravest first.</summary>
    public IReadOnlyList<Doubt> Doubts { get; init; } = [];
}

/// <summary>The values of one input over some samples.</summary>
/// <param name="Name">The input.</param>
/// <param name="Low">The least.</param>
/// <param name="High">The greatest.</param>
/// <param name="Mean">The mean.</param>
/// <param name="Deviation">The standard deviation.</param>
public sealed record InputFigures(string Name, double Low, double High, double Mean, double Deviation);

/// <summary>What a model answers to a sample.</summary>
/// <param name="Sample">The sample's name.</param>
/// <param name="Answer">In words: classes with their scores, shares of pixels, or boxes.</param>
public sealed record Prediction(string Sample, string Answer);

/// <summary>A sign that a float model does not do what it was trained for.</summary>
/// <param name="Text">What was seen, and what to do.</param>
/// <param name="IsSevere">Whether quantizing the model makes no sense before this is mended.</param>
public sealed record Doubt(string Text, bool IsSevere);

/// <summary>The float model does not do what it was trained for, as far as can be seen; to quantize it would only hide that.</summary>
public sealed class FloatModelException : OctetException
{
    internal FloatModelException(string model, FloatModelReport report) : base(Describe(model, report)) =>
        (Report, Change) = (report, WhatToChange.Preprocessing);

    /// <summary>What was seen.</summary>
    public FloatModelReport Report { get; }

    static string Describe(string model, FloatModelReport report)
    {
        var lines = new List<string>
        {
            $"The float model '{model}' gives wrong answers before anything is quantized; nothing was written.",
        };
        lines.AddRange(report.Doubts.Select(doubt => $"  - {doubt.Text}"));
        if (report.Preprocessing.Length > 0) lines.Add($"  preprocessing: {report.Preprocessing}");
        lines.AddRange(report.Inputs.Select(input => $"  input {input.Name}: {FloatModelText.Of(input)}"));
        lines.AddRange(report.Predictions.Select(prediction => $"  {prediction.Sample}: {prediction.Answer}"));
        return string.Join(Environment.NewLine, lines);
    }
}
