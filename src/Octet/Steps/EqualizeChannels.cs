using Octet.Calibration;
using Octet.Data;
using Octet.Planning;

namespace Octet.Steps;

/// <summary>
/// Shares out the ranges of channels between neighbouring layers, for weights with one scale for all channels. Equal ranges of weights may
/// leave values with ranges that suit their scales less, so that the model as it was stays a candidate. The float function is unchanged.
/// </summary>
/// <remarks><see cref="Equalization"/> has the method and its source.</remarks>
public sealed record EqualizeChannels : QuantizationStep
{
    /// <inheritdoc/>
    public override string Name => "equalize-channels";

    internal override StepStage Stage => StepStage.Graph;

    internal override IEnumerable<MeasurementNeed> Needs(QuantizationDraft draft) =>
        Equalization.BoundedValues(draft.Model.Graph).Select(value => new MeasurementNeed(value, new Statistic.ChannelExtremes()));

    /// <remarks>The ranges of an equalized model are measured anew.</remarks>
    internal override SampleSelection Reruns(QuantizationDraft draft) =>
        ChannelLink.FindAll(draft.Model.Graph).Count > 0 ? SampleSelection.All : default;

    internal override IReadOnlyList<QuantizationDraft> Apply(QuantizationDraft draft, StepContext context)
    {
        var graph = draft.Model.Graph.Clone(out var copies);
        var maxima = Needs(draft).ToDictionary(
            need => copies[need.Value],
            need => ((ChannelExtremesObserver)context.Measured(need)).Ranges.Select(range => range.High).ToArray());
        return Equalization.Apply(graph, value => maxima[value]) > 0 ? [draft, draft.WithEqualized(graph, "channels equalized")] : [draft];
    }
}
