using Octet.Planning;

namespace Octet.Steps;

/// <summary>Makes integers of the constant matrices of products, with a scale for each output, and leaves all else in floats: the file gets
/// smaller, and no samples are needed.</summary>
public sealed record RoundWeights : QuantizationStep
{
    /// <inheritdoc/>
    public override string Name => "round-weights";

    internal override StepStage Stage => StepStage.Ranges;

    internal override bool ChangesWeights => false;

    internal override bool NeedsSamples => false;

    internal override QuantizerPlacement Placement { get; } = new WeightPlacement(Blocks: null);

    internal override IReadOnlyList<QuantizationDraft> Apply(QuantizationDraft draft, StepContext context) =>
        [draft.WithRanges(QuantizedModel.WithoutRanges(draft.Model, draft.Plan), draft.Ranges, "weights alone")];
}
