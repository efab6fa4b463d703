using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// ONNX <c>Compress</c>: keeps the slices along <see cref="Axis"/> (elements of the flattened data where there is none) for which condition
/// [up to the extent] is true.
/// </summary>
sealed record Compress(long? Axis) : MovingOperator
{
    public static Compress From(Attributes attributes) => new(attributes.Has("axis") ? attributes.Int("axis") : null);

    public override bool OnlyMovesData => true;

    public override int RequiredInputs => 2;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        var shape = inputs[0].Shape;
        var axis = Axis is { } given ? shape.NormalizeAxis(given) : 0;
        if (inputs[1].Value is not { } condition) return [new(inputs[0].Type, Shape.Unknown)];

        var kept = Kept(condition, Axis is null ? shape.Length : shape[axis]).Length;
        return [new(inputs[0].Type, Axis is null ? [kept] : shape.With(axis, kept))];
    }

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        if (outputs[0].Length == 0) return;

        var shape = Axis is null ? [inputs[0].Length] : inputs[0].Shape;
        var axis = shape.NormalizeAxis(Axis ?? 0);
        var places = Kept(inputs[1], shape[axis]);
        ElementMove.Apply(inputs[0], outputs[0], new GatherSlices(places, shape[axis], shape.LengthOf(axis + 1, shape.Rank)));
    }

    static int[] Kept(Tensor condition, int extent)
    {
        if (condition.Type != DataType.Bool) throw new OperatorException($"the condition must be bool, but it is {condition}");
        int[] kept = [.. Enumerable.Range(0, condition.Length).Where(i => condition.AsSpan<bool>()[i])];
        return kept is [.., var last] && last >= extent
            ? throw new OperatorException($"the condition keeps element {last}, but there are {extent}")
            : kept;
    }
}
