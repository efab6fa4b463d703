using Octet.Checking;
using Octet.Evaluation;
using Octet.Planning;

namespace Octet.Reporting;

/// <summary>What is to be expected when a model becomes integers, and what to do about it: what the command line prints, and what
/// <c>--json</c> writes.</summary>
public sealed record ModelCheckReport
{
    /// <summary>The float model's file.</summary>
    public required string Model { get; init; }

    /// <summary>What would run it.</summary>
    public required string Target { get; init; }

    /// <summary>How it would be quantized; findings are about the integers of this recipe.</summary>
    public required string Recipe { get; init; }

    /// <summary>Which integers these are, in words.</summary>
    public string Integers { get; init; } = "";

    /// <summary>Layers with weights.</summary>
    public int Layers { get; init; }

    /// <summary>Values between operators that would become integers.</summary>
    public int Values { get; init; }

    /// <summary>Samples that were run; zero where the model was only looked at.</summary>
    public int Samples { get; init; }

    /// <summary>What the float model sees and answers, and what is doubtful about it; null without samples.</summary>
    public FloatModelReport? FloatModel { get; init; }

    /// <summary>The model with 16 bits beside the model with 8; null without samples.</summary>
    public WidthReport? Widths { get; init; }

    /// <summary>The guidelines that the model does not follow everywhere, those with the worst findings first.</summary>
    public IReadOnlyList<GuidelineReport> Guidelines { get; init; } = [];

    /// <summary>The guidelines that it follows, by their names.</summary>
    public IReadOnlyList<string> Followed { get; init; } = [];

    /// <summary>The guidelines that only samples could have told about.</summary>
    public IReadOnlyList<string> NotChecked { get; init; } = [];

    /// <summary>Samples that could not be read, with the reason.</summary>
    public IReadOnlyList<string> Skipped { get; init; } = [];

    /// <summary>How many files beside the samples are of kinds that are not read, and of which; null where there are none.</summary>
    public string? NotRead { get; init; }

    /// <summary>All findings, of whatever guideline.</summary>
    internal IEnumerable<Finding> Findings => Guidelines.SelectMany(guideline => guideline.Findings);

    /// <summary>What to do, in a sentence or two.</summary>
    public Advice Decision => CheckDecision.For(this);
}

/// <summary>A guideline that a model does not follow.</summary>
/// <param name="Name">For machines: <c>weight-channels</c>.</param>
/// <param name="Title">For people, a few words that name the fault.</param>
/// <param name="Advice">What to do.</param>
/// <param name="Findings">Where, the worst first.</param>
public sealed record GuidelineReport(string Name, string Title, string Advice, IReadOnlyList<Finding> Findings)
{
    /// <summary>The advice as data, the most promising first.</summary>
    public IReadOnlyList<Remedy> Remedies { get; init; } = [];
}
