using Octet.Calibration;
using Octet.Data;
using Octet.Graphs;
using Octet.Operators;
using Octet.Planning;
using Octet.Tensors;

namespace Octet.Steps;

/// <summary>
/// Moves the few channels that are much larger than the others from what products of matrices multiply into their weights, which have a
/// scale for each output channel, and leaves those products in floats that lose too much all the same. The float function stays what it
/// is, and the model as it was stays a candidate.
/// </summary>
/// <remarks>
/// Channel c is divided by <c>s = max|x|^α / max|w|^(1 − α)</c>, and row c of the weights multiplied by it. Source: Xiao et al. 2022,
/// arXiv:2211.10438, section 4 (equation 4). Octet tries strengths α for all products that read a value, and takes the one whose outputs
/// have the least squared error on samples, both operands rounded; one strength for a whole network is too much for some layers and too
/// little for others. Without samples the step changes nothing.
/// </remarks>
public sealed record SmoothOutliers : QuantizationStep
{
    /// <summary>The strengths that are tried; 0 stands for a value as it is.</summary>
    static readonly float[] Strengths = [0.3f, 0.4f, 0.5f, 0.6f, 0.7f, 0.8f, 0.9f];

    /// <summary>A product whose output has less stays in floats, in dB. Cosine 0.995 of what several such layers make needs about 20 dB at
    /// the end.</summary>
    internal double MinSqnrDb { get; init; } = 24;

    /// <summary>The greatest number of samples on which strengths are compared.</summary>
    internal int MaxSamples { get; init; } = 32;

    /// <inheritdoc/>
    public override string Name => "smooth-outliers";

    internal override StepStage Stage => StepStage.Graph;

    /// <remarks>Of its own the step asks for none: those that choose ranges in runs do without.</remarks>
    internal override bool NeedsSamples => false;

    internal override bool ChangesWeights => false;

    /// <remarks>The ranges of a smoothed model are measured anew.</remarks>
    internal override SampleSelection Reruns(QuantizationDraft draft) => PlacesIn(draft).Any() ? SampleSelection.All : default;

    internal override IReadOnlyList<QuantizationDraft> Apply(QuantizationDraft draft, StepContext context)
    {
        if (!context.HasSamples || PlacesIn(draft).ToArray() is not { Length: > 0 } places) return [draft];
        var records = RecordedRows.Of(draft.Model.Graph, [.. places.Select(place => place.Input)], context.Keep(MaxSamples), context);
        var graph = draft.Model.Graph.Clone(out var copies);
        var (smoothed, floats) = (0, new List<string>());
        for (var index = 0; index < places.Length; index++)
        {
            context.Cancel.ThrowIfCancellationRequested();
            context.Run.Progress?.Report(new("smooth", index, places.Length));
            var place = places[index];
            var trial = new SmoothingTrial(place, records[place.Input], context.Run.EffectiveThreads(int.MaxValue));
            var (best, errors) = (Array.Empty<float>(), trial.ErrorsWith([]));
            foreach (var strength in Strengths)
            {
                var factors = trial.FactorsOf(strength);
                var tried = trial.ErrorsWith(factors);
                if (tried.Sum() < errors.Sum()) (best, errors) = (factors, tried);
            }
            if (best.Length > 0)
            {
                Smoothing.Apply(copies[place.Input], [.. place.Layers.Select(layer => copies[layer.Node.Output].Producer!)], best);
                smoothed++;
            }
            floats.AddRange(place.Layers.Zip(errors).Where(layer => -10 * Math.Log10(layer.Second) < MinSqnrDb)
                .Select(layer => layer.First.Node.Output.Name));
        }
        context.Run.Progress?.Report(new("smooth", places.Length, places.Length));
        // Where all would stay in floats there is no integer model; as near as its integers come is what was asked for.
        if (floats.Count == draft.Plan.Weights.Count) floats.Clear();
        if (smoothed == 0 && floats.Count == 0) return [draft];
        var remark = $"outliers of {smoothed} of {places.Length} values moved into weights"
            + (floats.Count > 0 ? $"; in floats: {string.Join(", ", floats)}" : "");
        return [draft, draft.WithEqualized(graph, remark, draft.Recipe.Excluding(floats))];
    }

    /// <summary>The values that products of matrices multiply with constant weights, in a network with normalized rows.</summary>
    static IEnumerable<SmoothedPlace> PlacesIn(QuantizationDraft draft)
    {
        var plan = draft.Plan;
        if (!FloatStreams.IsTransformer(draft.Model.Graph)) return [];
        return plan.Weights
            .Where(weight => weight.Node is { Operator: { IsPlainProduct: true, Weights.InputChannelAxis: var axis } }
                && weight.Weight.Constant!.Shape.Rank == 2 && weight.Weight.Consumers.Count == 1
                && weight.Node.Inputs[0] is { Constant: null, Producer: not null } input
                && (plan.IsDynamic(weight) || plan.GroupOf(input) is { Fixed: null }))
            .GroupBy(weight => weight.Node.Inputs[0]!)
            .Select(layers => new SmoothedPlace(
                layers.Key, plan.GroupOf(layers.Key)?.Spec ?? Numerics.QuantizationSpec.UInt8, plan.GroupOf(layers.Key) is null,
                [.. layers]));
    }
}

/// <summary>A value that products of matrices multiply.</summary>
/// <param name="Input">[…, channels].</param>
/// <param name="Spec">Its integers.</param>
/// <param name="IsDynamic">Whether its range is that of each run.</param>
/// <param name="Layers">The products and their weights.</param>
sealed record SmoothedPlace(Value Input, Numerics.QuantizationSpec Spec, bool IsDynamic, IReadOnlyList<PlannedWeight> Layers);
