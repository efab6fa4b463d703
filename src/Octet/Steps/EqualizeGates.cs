using Octet.Planning;

namespace Octet.Steps;

/// <summary>
/// Brings the channels of layers with a gate behind them, such as SiLU, to one order of magnitude where one scale would suit only the
/// largest: the pass
/// <see cref="Passes.EqualizeGates"/>. Values whose content changes get other names.
/// </summary>
public sealed record EqualizeGates : QuantizationStep
{
    /// <inheritdoc/>
    public override string Name => "equalize-gates";

    internal override StepStage Stage => StepStage.Graph;

    internal override bool ChangesWeights => false;

    internal override bool NeedsSamples => false;

    internal override IReadOnlyList<QuantizationDraft> Apply(QuantizationDraft draft, StepContext context)
    {
        if (!Passes.EqualizeGates.AppliesTo(draft.Model.Graph)) return [draft];
        var graph = draft.Model.Graph.Clone();
        new Passes.EqualizeGates().Apply(graph);
        return [draft.WithGraph(graph)];
    }
}
