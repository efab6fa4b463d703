using Octet.Evaluation;
using Octet.Pipeline;
namespace Octet.Reporting;

/// <summary>What a calibration measured and chose: what the command line prints, and what <c>--json</c> writes.</summary>
public sealed record CalibrationReport
{
    /// <summary>The float model's file.</summary>
    public required string Model { get; init; }

    /// <summary>The table that was written.</summary>
    public required string Output { get; init; }

    /// <summary>The format of the table.</summary>
    public required string Format { get; init; }

    /// <summary>How ranges were chosen.</summary>
    public required string Method { get; init; }

    /// <summary>How many processes shared the samples; null where one did all.</summary>
    public int? Ranks { get; init; }

    /// <summary>Samples that were measured.</summary>
    public int Samples { get; init; }

    /// <summary>Samples of the whole data, of which a part may have been measured.</summary>
    public int TotalSamples { get; init; }

    /// <summary>Values with a range in the table.</summary>
    public int Values { get; init; }

    /// <summary>Wall time of the run over the samples; zero where tables were merged.</summary>
    public double Seconds { get; init; }

    /// <summary>What each method of a search gave, the best first.</summary>
    public IReadOnlyList<MethodFigures> Search { get; init; } = [];

    /// <summary>Samples that thresholds were tuned with; zero for no tuning.</summary>
    public int TunedSamples { get; init; }

    /// <summary>How many thresholds the tuning raised.</summary>
    public int TunedValues { get; init; }

    /// <summary>Wall time of the tuning.</summary>
    public double TuningSeconds { get; init; }

    /// <summary>Samples that the table carries along, for steps of the recipe that run them again.</summary>
    public int CarriedSamples { get; init; }

    /// <summary>What they take in the file.</summary>
    public long CarriedBytes { get; init; }

    /// <summary>What the float model sees and answers, and what is doubtful about it; null where tables were merged.</summary>
    public FloatModelReport? FloatModel { get; init; }

    /// <summary>Samples that could not be read.</summary>
    public IReadOnlyList<string> Skipped { get; init; } = [];

    /// <summary>How many files beside the samples are of kinds that are not read, and of which; null where there are none.</summary>
    public string? NotRead { get; init; }
}
