using Octet.Numerics;

namespace Octet.Steps;

/// <summary>Moves weights, before they are rounded, so that a layer makes up for the errors of the layers before it:
/// <see cref="ErrorCompensation"/>.</summary>
public sealed record CompensateErrors : LayerStep
{
    /// <inheritdoc/>
    public override string Name => "compensate-errors";

    internal override bool UsesMoments(QuantizationSpec weights) => true;

    internal override bool UsesDrift => true;

    internal override void MoveWeights(WalkedGroup group) =>
        ErrorCompensation.Apply(group.Weights, group.Rows, group.Half, group.OtherHalf, group.All, group.Threads);
}
