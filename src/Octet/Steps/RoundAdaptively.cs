using Octet.Numerics;

namespace Octet.Steps;

/// <summary>Rounds each weight up or down so that the outputs of its layer, not the weight, have the least error:
/// <see cref="AdaptiveRounding"/>.</summary>
public sealed record RoundAdaptively : LayerStep
{
    /// <inheritdoc/>
    public override string Name => "round-adaptively";

    internal override bool UsesMoments(QuantizationSpec weights) => true;

    internal override bool RoundsAdaptively => true;
}
