using Octet.Planning;

namespace Octet.Steps;

/// <summary>
/// Makes integers of the weights of matrix products, and leaves the range of what they multiply to each run of the model: no samples are
/// needed, and each input gets the scale that suits it.
/// </summary>
public sealed record DynamicRanges : QuantizationStep
{
    /// <summary>What tables and reports say of the ranges.</summary>
    internal const string Method = "dynamic";

    /// <inheritdoc/>
    public override string Name => "dynamic-ranges";

    internal override StepStage Stage => StepStage.Ranges;

    internal override bool ChangesWeights => false;

    internal override bool NeedsSamples => false;

    internal override QuantizerPlacement Placement { get; } = new DynamicPlacement();

    internal override IReadOnlyList<QuantizationDraft> Apply(QuantizationDraft draft, StepContext context) =>
        [draft.WithRanges(QuantizedModel.WithoutRanges(draft.Model, draft.Plan), draft.Ranges, Method)];
}
