using Octet.Calibration;
using Octet.Data;
using Octet.Graphs;

namespace Octet.Planning;

/// <summary>
/// One step of a recipe, as data: what it needs measured, and what it changes. The pipeline runs the steps of a recipe in their order; a
/// step owns no loop over the calibration data.
/// </summary>
public abstract record QuantizationStep
{
    /// <summary>The name in recipe files and reports, in the form <c>round-adaptively</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Whether the step changes weights or biases by what samples show, so that a table of ranges does not hold all of the
    /// result.</summary>
    internal virtual bool ChangesWeights => true;

    /// <summary>Whether samples, or ranges that were chosen from them, are needed.</summary>
    internal virtual bool NeedsSamples => true;

    /// <summary>What the step works on, which says where in a recipe it may stand.</summary>
    internal abstract StepStage Stage { get; }

    /// <summary>The name of a step that has to come before, because its settings are used; null if there is none.</summary>
    internal virtual string? Follows => null;

    /// <summary>Where quantizers are placed, for a step with its own rule; null takes the target's.</summary>
    internal virtual QuantizerPlacement? Placement => null;

    /// <summary>What the samples have to show of the float model before the step is applied; empty if nothing.</summary>
    internal virtual IEnumerable<MeasurementNeed> Needs(QuantizationDraft draft) => [];

    /// <summary>The samples that the step runs again, beside what its needs have measured.</summary>
    internal virtual SampleSelection Reruns(QuantizationDraft draft) => default;

    /// <summary>Applies the step. The draft that is given stays as it is.</summary>
    /// <returns>
    /// The changed draft; or several, if only the finished integers can tell which is better. The pipeline keeps the draft whose outputs
    /// have the least noise once all of them have integers.
    /// </returns>
    internal abstract IReadOnlyList<QuantizationDraft> Apply(QuantizationDraft draft, StepContext context);
}

/// <summary>A statistic that a step needs of a value of the float graph.</summary>
readonly record struct MeasurementNeed(Value Value, Statistic Statistic)
{
    /// <summary>The statistics of each value, in the order of the needs.</summary>
    public static Dictionary<Value, Statistic[]> ByValue(IEnumerable<MeasurementNeed> needs) => needs.Distinct()
        .GroupBy(need => need.Value, need => need.Statistic).ToDictionary(needs => needs.Key, needs => needs.ToArray());
}
