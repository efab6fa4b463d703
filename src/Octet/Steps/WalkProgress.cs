using Octet.Graphs;
using Octet.Operators;
using Octet.Planning;

namespace Octet.Steps;

/// <summary>
/// Tells how far a walk through the layers has come, in thousandths of its work rather than in layers, of which a deep one takes a hundred
/// times as long as a shallow one: what is left can then be told from what is done.
/// </summary>
sealed class WalkProgress
{
    const string Step = "tune";

    const int Units = 1000;

    /// <summary>Multiplications of a product that take as long as looking at one element in an operator that does not multiply.</summary>
    const double ElementCost = 40;

    /// <summary>The greatest number of columns of a sample that moments look at.</summary>
    const double MomentColumns = 1024;

    /// <summary>How often rounding goes over the moments for each output channel, and solving for all of them together.</summary>
    const double RoundingPasses = 10;

    readonly IProgress<StepProgress>? _progress;
    readonly Dictionary<Node, double> _workOf;
    readonly double _all;
    double _done;

    /// <param name="plan">The layers.</param>
    /// <param name="steps">What is done to each.</param>
    /// <param name="samples">How many samples go through them.</param>
    /// <param name="progress">Receives the progress; may be null.</param>
    public WalkProgress(QuantizationPlan plan, IReadOnlyList<LayerStep> steps, int samples, IProgress<StepProgress>? progress)
    {
        _progress = progress;
        var layers = plan.Weights.Select(weight => weight.Node).ToHashSet();
        _workOf = plan.Graph.Nodes.ToDictionary(node => node,
            node => WorkOf(node, layers.Contains(node), steps.Any(step => step.RoundsAdaptively || step.UsesDrift), samples));
        _all = Math.Max(1, _workOf.Values.Sum());
    }

    /// <summary>Tells that the walk begins.</summary>
    public void Begin() => _progress?.Report(new(Step, 0, Units));

    /// <summary>Tells that a node is done.</summary>
    public void End(Node node)
    {
        _done += _workOf[node];
        _progress?.Report(new(Step, (int)Math.Round(Units * _done / _all), Units));
    }

    /// <summary>An estimate of the multiplications; extents that are not known count as 1.</summary>
    static double WorkOf(Node node, bool isLayer, bool roundsAdaptively, int samples)
    {
        double elements = node.Outputs.OfType<Value>().Sum(Elements);
        if (!isLayer || node.AsProduct() is not { } product) return 2 * samples * ElementCost * elements;

        var (depth, groups) = ((double)product.Depth, (double)product.Groups);
        var work = 2 * samples * elements * (depth + ElementCost);
        if (!roundsAdaptively || product.Depth > InputMoments.MaxDepth) return work;
        var columns = Math.Min(MomentColumns, elements / Math.Max(1, groups * product.Rows));
        return work + groups * depth * depth * (2 * samples * columns + depth / 2 + RoundingPasses * product.Rows);
    }

    static double Elements(Value value) =>
        value.Shape is null ? 1 : value.Shape.Dimensions.Aggregate(1.0, (product, dimension) => product * (dimension.Extent ?? 1));
}
