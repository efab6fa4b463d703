using System.Globalization;
using Octet.Foundation;
using Octet.Graphs;
using Octet.Numerics;
using Octet.Operators;
using Octet.Planning;
using Octet.Running;
using Octet.Tensors;

namespace Octet.Steps;

/// <summary>
/// Makes 4-bit integers of the constant matrices of products, in blocks with scales of their own, and leaves all else in floats. With
/// samples the errors of a layer are made up for by its other weights (<see cref="BlockCompensation"/>), layer after layer; without,
/// each block is rounded by itself.
/// </summary>
public sealed record RoundWeightBlocks : QuantizationStep
{
    /// <summary>What the values of all samples may take; fewer samples are used where all would take more.</summary>
    const long MaxBytes = 1L << 29;

    /// <inheritdoc/>
    public override string Name => "round-weight-blocks";

    /// <summary>How matrices are divided.</summary>
    public BlockSpec Blocks { get; init; } = new();

    /// <summary>How integers are chosen.</summary>
    public BlockRounding Rounding { get; init; }

    /// <summary>The greatest number of samples that pass through the layers.</summary>
    public int MaxSamples
    {
        get;
        init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(MaxSamples), value, "must be positive");
    } = 128;

    internal override StepStage Stage => StepStage.Ranges;

    internal override bool ChangesWeights => false;

    internal override bool NeedsSamples => false;

    internal override QuantizerPlacement Placement => new WeightPlacement(Blocks);

    internal override IReadOnlyList<QuantizationDraft> Apply(QuantizationDraft draft, StepContext context)
    {
        var usesSamples = Rounding == BlockRounding.Compensated && context.HasSamples
            && !LockstepRun.NodesThatCannotRun(draft.Plan.Graph).Any();
        var matrices = usesSamples ? Walk(draft.Plan, context) : RoundAlone(draft.Plan, context);
        var quantized = QuantizedModel.WithoutRanges(draft.Model, draft.Plan, matrices);
        var way = usesSamples ? "errors compensated" : Rounding == BlockRounding.Nearest ? "nearest" : "best grids";
        var method = string.Create(CultureInfo.InvariantCulture,
            $"4-bit weights in blocks of {Blocks.BlockSize}, {way}, {Blocks.BitsOfElement:0.##} bits a weight");
        return [draft.WithRanges(quantized, draft.Ranges, method)];
    }

    Dictionary<Value, BlockedMatrix> RoundAlone(QuantizationPlan plan, StepContext context)
    {
        var matrices = new Dictionary<Value, BlockedMatrix>();
        foreach (var place in plan.Weights.DistinctBy(place => place.Weight))
        {
            var product = ProductOf(place);
            matrices[place.Weight] = BlockCompensation.RoundAlone(
                product.MatrixOf(place.Weight.Constant!), product.Rows, Blocks, Rounding, context.Run.EffectiveThreads(product.Rows));
        }
        return matrices;
    }

    /// <summary>Leads the samples through the layers; each reads what the rounded layers before it make. Only the layer at hand has its
    /// moments in memory.</summary>
    Dictionary<Value, BlockedMatrix> Walk(QuantizationPlan plan, StepContext context)
    {
        var graph = plan.Graph;
        var inputs = LockstepSamples.Keep(context, graph, runs: 1, MaxBytes, MaxSamples);
        var threads = context.Run.EffectiveThreads(Math.Max(inputs.Count, Environment.ProcessorCount));
        var session = new Session(graph, SessionOptions.NodeByNode with { MaxBytes = context.Run.SessionOptions.MaxBytes });
        using var run = session.Begin(inputs, context.Run.EffectiveThreads(inputs.Count));
        var placeOf = plan.Weights.ToDictionary(place => place.Node);
        var (matrices, done) = (new Dictionary<Value, BlockedMatrix>(), 0);
        foreach (var node in graph.Nodes)
        {
            context.Cancel.ThrowIfCancellationRequested();
            if (!placeOf.TryGetValue(node, out var place)) run.Run();
            else
            {
                if (!matrices.TryGetValue(place.Weight, out var matrix))
                {
                    var product = ProductOf(place);
                    var moments = InputMoments.Of(product, 0, run[node.Inputs[0]!], wanted: null, withoutMean: false, threads);
                    matrices[place.Weight] = matrix =
                        BlockCompensation.Round(product.MatrixOf(place.Weight.Constant!), product.Rows, moments, Blocks, threads);
                }
                run.Run((node.Operator.Weights!.WeightInput, QuantizedModel.RealsOf(matrix, place)));
                context.Run.Progress?.Report(new(Name, ++done, plan.Weights.Count));
            }
            run.GoOn();
        }
        return matrices;
    }

    static LayerProduct ProductOf(PlannedWeight place) => place.Node.Operator.AsProduct(place.Weight.Constant!.Shape)!;
}

/// <summary>How 4-bit integers are chosen.</summary>
public enum BlockRounding
{
    /// <summary>With samples, so that weights make up for the errors of others; without, as <see cref="Refined"/>.</summary>
    Compensated,

    /// <summary>The nearest integer, on the grid of each block that makes its squared error least.</summary>
    Refined,

    /// <summary>The nearest integer, on a grid from the least to the greatest element.</summary>
    Nearest,
}
