using System.Numerics;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>How the losses of all samples become what is given.</summary>
enum LossReduction
{
    /// <summary>Each stays as it is.</summary>
    None,
    Sum,

    /// <summary>Their sum, divided by the sum of the weights of their classes.</summary>
    Mean,
}

/// <summary>What the two classification losses of ONNX share: minus the logarithm of the probability of the right class, times the weight
/// of that class.</summary>
/// <param name="Reduction">What becomes of the losses of single samples.</param>
/// <param name="IgnoreIndex">A class that costs nothing and counts for nothing, whatever number it is; null for none.</param>
sealed record ClassificationLoss(LossReduction Reduction, long? IgnoreIndex)
{
    public static ClassificationLoss From(Attributes attributes) => new(
        attributes.String("reduction", fallback: "mean") switch
        {
            "none" => LossReduction.None,
            "sum" => LossReduction.Sum,
            "mean" => LossReduction.Mean,
            var other => throw AttributeException.BadValue("reduction", other, "none, sum, mean"),
        },
        attributes.Has("ignore_index") ? attributes.Int("ignore_index") : null);

    /// <summary>Checks scores [N, C, …], classes [N, …] and weights [C], and gives the type and shape of the loss.</summary>
    /// <exception cref="OctetException">They do not fit each other.</exception>
    public TensorInfo Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        var (scores, classes) = (inputs[0].Shape, inputs[1].Shape);
        if (scores.Rank < 2) throw new ShapeException($"scores are [N, C, …], but these are {scores}");
        Shape samples = [scores[0], .. scores[2..]];
        if (classes != samples) throw new ShapeException($"scores {scores} need classes {samples}, but they are {classes}");
        if (inputs.Optional(2) is { } weights && weights.Shape != [scores[1]])
            throw new ShapeException($"weights are [{scores[1]}], but these are {weights.Shape}");
        inputs.RequireType(1, DataType.Int32, DataType.Int64);
        inputs.RequireSameType(0, 2);
        return new(inputs[0].Type, Reduction == LossReduction.None ? samples : Shape.Scalar);
    }

    /// <param name="logarithms">Logarithms of the probabilities, [N, C, …].</param>
    /// <param name="inputs">The node's inputs: classes and weights are its second and third.</param>
    /// <param name="losses">Receives the loss.</param>
    /// <exception cref="OperatorException">A class is out of bounds.</exception>
    public void Run<T>(ReadOnlySpan<T> logarithms, ReadOnlySpan<Tensor> inputs, Tensor losses) where T : unmanaged, INumber<T>
    {
        var cut = AxisCut.At(inputs[0].Shape, 1);
        var classes = inputs[1].Integers();
        var weights = inputs.Optional(2) is { } tensor ? tensor.AsSpan<T>() : [];
        var (sum, weightSum) = (0.0, 0.0);
        for (var i = 0; i < classes.Length; i++)
        {
            var (loss, weight) = (0.0, 0.0);
            if (classes[i] != IgnoreIndex)
            {
                var right = IndexOf(classes[i], cut.Count);
                weight = weights.IsEmpty ? 1 : double.CreateTruncating(weights[right]);
                loss = -weight * double.CreateTruncating(logarithms[(i / cut.Inner * cut.Count + right) * cut.Inner + i % cut.Inner]);
            }
            if (Reduction == LossReduction.None) losses.AsSpan<T>()[i] = T.CreateTruncating(loss);
            sum += loss;
            weightSum += weight;
        }
        if (Reduction != LossReduction.None)
            losses.AsSpan<T>()[0] = T.CreateTruncating(Reduction == LossReduction.Sum ? sum : sum / weightSum);
    }

    static int IndexOf(long index, int classes) => index >= 0 && index < classes
        ? (int)index
        : throw new OperatorException($"class {index} is out of bounds; there are {classes} classes");

    /// <summary>The gradient of the logarithms: minus weight over the right class, times what comes from above; all others are
    /// zero.</summary>
    /// <param name="inputs">The node's inputs, of which the first is not read.</param>
    /// <param name="upstream">The gradient of the loss.</param>
    /// <param name="shape">Shape of the scores.</param>
    /// <param name="gradient">Receives the gradient.</param>
    internal void RunBack<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<T> upstream, Shape shape, Span<T> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var cut = AxisCut.At(shape, 1);
        var classes = inputs[1].Integers();
        var weights = inputs.Optional(2) is { } tensor ? tensor.AsSpan<T>() : [];
        var weightSum = T.Zero;
        foreach (var index in classes)
        {
            if (index != IgnoreIndex) weightSum += weights.IsEmpty ? T.One : weights[IndexOf(index, cut.Count)];
        }
        gradient.Clear();
        for (var i = 0; i < classes.Length; i++)
        {
            if (classes[i] == IgnoreIndex) continue;
            var right = IndexOf(classes[i], cut.Count);
            var share = upstream[Reduction == LossReduction.None ? i : 0] / (Reduction == LossReduction.Mean ? weightSum : T.One);
            gradient[(i / cut.Inner * cut.Count + right) * cut.Inner + i % cut.Inner] = -share * (weights.IsEmpty ? T.One : weights[right]);
        }
    }
}
