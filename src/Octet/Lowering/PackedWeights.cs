using System.Collections.Concurrent;
using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Lowering;

/// <summary>Weights packed for the kernels, each once, whatever the shapes that the graph runs with and the number of threads.</summary>
sealed class PackedWeights
{
    readonly ConcurrentDictionary<(Tensor Weights, Tensor? Bias, int Groups), PackedFilters> _filters = new();
    readonly ConcurrentDictionary<(Tensor Weights, Tensor? Bias, bool IsTransposed), PackedMatrix> _matrices = new();

    /// <param name="weights">[outputs, inputs / groups, …].</param>
    /// <param name="bias">[outputs]; null for none.</param>
    /// <param name="groups">Groups of channels.</param>
    public PackedFilters Filters(Tensor weights, Tensor? bias, int groups) => _filters.GetOrAdd((weights, bias, groups), static key =>
    {
        var shape = key.Weights.Shape;
        return new(key.Weights.Floats, Floats(key.Bias), shape[0], shape[1] * key.Groups, shape.LengthOf(2, shape.Rank), key.Groups);
    });

    /// <param name="weights">[depth, columns], or transposed.</param>
    /// <param name="bias">[columns]; null for none.</param>
    /// <param name="isTransposed">Whether the weights are [columns, depth].</param>
    public PackedMatrix Matrix(Tensor weights, Tensor? bias, bool isTransposed) =>
        _matrices.GetOrAdd((weights, bias, isTransposed), static key =>
    {
        var (depth, columns) = key.IsTransposed
            ? (key.Weights.Shape[1], key.Weights.Shape[0]) : (key.Weights.Shape[0], key.Weights.Shape[1]);
        return PackedMatrix.Of(key.Weights.Floats, depth, columns, key.IsTransposed, Floats(key.Bias));
    });

    static ReadOnlySpan<float> Floats(Tensor? tensor) => tensor is null ? [] : tensor.Floats;
}
