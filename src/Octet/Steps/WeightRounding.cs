using Octet.Graphs;
using Octet.Numerics;
using Octet.Operators;
using Octet.Planning;
using Octet.Tensors;

namespace Octet.Steps;

/// <summary>Chooses the grid of a layer's weights and their places on it by what they do to the layer's outputs.</summary>
/// <param name="node">The layer.</param>
/// <param name="parameters">The grid that calibration chose.</param>
/// <param name="steps">Which grids are tried, how weights are moved before, and whether they may take the farther of their two
/// neighbours.</param>
/// <param name="meanIsFree">Whether a bias will make the means of the outputs right, whatever the weights do to them.</param>
sealed class WeightRounding(Node node, QuantizationParameters parameters, IReadOnlyList<LayerStep> steps, bool meanIsFree)
{
    readonly Tensor _weights = node.Inputs[node.Operator.Weights!.WeightInput]!.Constant!;

    /// <param name="inputs">What the layer reads, one tensor a sample.</param>
    /// <param name="wanted">What it reads in the float model.</param>
    /// <param name="threads">How much is worked on at once.</param>
    /// <returns>The weights on their grid, and the grid.</returns>
    public (Tensor Weights, QuantizationParameters Parameters) Round(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> wanted,
        int threads)
    {
        if (!steps.Any(step => step.UsesMoments(parameters.Spec)) || parameters.ZeroPoints.AsSpan().ContainsAnyExcept(0)
            || node.AsProduct() is not { Depth: <= InputMoments.MaxDepth } product)
        {
            return (LinearQuantizer.FakeQuantize(_weights, parameters), parameters);
        }

        float[] factors = [.. steps.Select(step => step.GridFactors(parameters.Spec)).MaxBy(factors => factors.Count)!];
        var candidates =
            Array.ConvertAll(factors,
                factor => new Candidate(parameters with { Scales = [.. parameters.Scales.Select(scale => scale * factor)] }, _weights.Shape,
                    product));
        ParallelWork.ForEach(product.Groups, threads,
            group => RoundGroup(product, group, inputs, wanted, candidates, product.Groups > 1 ? 1 : threads));
        return parameters.Scales.Length == 1 ? BestOfAll(candidates) : BestOfEachChannel(candidates, product);
    }

    /// <summary>All weights on one grid.</summary>
    sealed record Candidate(QuantizationParameters Parameters, Tensor Rounded, double[] Errors)
    {
        public Candidate(QuantizationParameters parameters, Shape shape, LayerProduct product)
            : this(parameters, new(DataType.Float32, shape), new double[product.Groups * product.Rows]) { }

        /// <summary>The width of a step for each output channel of a group.</summary>
        public float[] ScalesOf(LayerProduct product, int group) =>
            Parameters.Scales.Length == 1
            ? [.. Enumerable.Repeat(Parameters.Scale, product.Rows)]
            : Parameters.Scales.AsSpan(group * product.Rows, product.Rows).ToArray();
    }

    void RoundGroup(LayerProduct product, int group, IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> wanted, Candidate[] candidates,
        int threads)
    {
        var (weights, rounded) = (product.MatrixOf(_weights, group), new float[product.Rows * product.Depth]);
        var damped = Moments(product, group, inputs, wanted, weights, threads).Damped();
        foreach (var candidate in candidates)
        {
            var squares =
                AdaptiveRounding.Round(weights, damped, candidate.ScalesOf(product, group), parameters.Spec,
                    steps.Any(step => step.RoundsAdaptively), rounded, threads);
            squares.CopyTo(candidate.Errors, group * product.Rows);
            product.ForEachWeight(group, (at, index) => candidate.Rounded.Floats[index] = rounded[at]);
        }
    }

    /// <summary>What a group reads; on the way its weights make good what that has become.</summary>
    InputMoments Moments(LayerProduct product, int group, IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> wanted, float[] weights,
        int threads)
    {
        if (!steps.Any(step => step.UsesDrift) || inputs.Count < 2)
            return InputMoments.Of(product, group, inputs, wanted: null, meanIsFree, threads);

        var (even, odd) = (Half(0), Half(1));
        var all = even + odd;
        var walked = new WalkedGroup(weights, product.Rows, even, odd, all, threads);
        foreach (var step in steps) step.MoveWeights(walked);
        return all;

        InputMoments Half(int parity) =>
            InputMoments.Of(product, group, EverySecond(inputs, parity), EverySecond(wanted, parity), meanIsFree, threads);
    }

    static Tensor[] EverySecond(IReadOnlyList<Tensor> tensors, int parity) => [.. tensors.Where((_, index) => index % 2 == parity)];

    static (Tensor, QuantizationParameters) BestOfAll(Candidate[] candidates)
    {
        var best = candidates.MinBy(candidate => candidate.Errors.Sum())!;
        return (best.Rounded, best.Parameters);
    }

    static (Tensor, QuantizationParameters) BestOfEachChannel(Candidate[] candidates, LayerProduct product)
    {
        var best = Enumerable.Range(0, product.Groups * product.Rows)
            .Select(channel => candidates.MinBy(candidate => candidate.Errors[channel])!).ToArray();
        var rounded = candidates[0].Rounded.Clone();
        for (var group = 0; group < product.Groups; group++)
        {
            var first = group * product.Rows;
            product.ForEachWeight(group, (at, index) => rounded.Floats[index] = best[first + at / product.Depth].Rounded.Floats[index]);
        }
        return (rounded,
            candidates[0].Parameters with { Scales = [.. best.Select((candidate, channel) => candidate.Parameters.Scales[channel])] });
    }
}
