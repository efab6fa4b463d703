using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// ONNX <c>Unique</c>, since opset 11: the different elements of the flattened input, or the different slices along <see cref="Axis"/>,
/// ascending or in the order in which they first occur. Further outputs, int64: where each first occurs, which of them each input is, and
/// how often each occurs.
/// </summary>
sealed record Unique(long? Axis, bool Sorted) : MovingOperator
{
    public static Unique From(Attributes attributes) =>
        new(attributes.Has("axis") ? attributes.Int("axis") : null, attributes.Flag("sorted", fallback: true));

    public override DataType TypeOfOutput(int output, ReadOnlySpan<DataType> inputs) => output == 0 ? inputs.TypeAt(0) : DataType.Int64;

    public override int MaxOutputs => 4;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        var (type, shape) = (inputs[0].Type, inputs[0].Shape);
        if (Axis is { } axis) shape.NormalizeAxis(axis);
        if (inputs[0].Value is not { } value)
        {
            var unknown = new TensorInfo(DataType.Int64, Shape.Unknown);
            return [new(type, Shape.Unknown), unknown, unknown, unknown];
        }
        var (groups, slices, place) = Group(value);
        var counts = new TensorInfo(DataType.Int64, [groups.Firsts.Length]);
        return [new(type, slices.Shape.With(place, groups.Firsts.Length)), counts, new(DataType.Int64, [groups.Numbers.Length]), counts];
    }

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var (groups, slices, axis) = Group(inputs[0]);
        if (outputs.Optional(0) is { Length: > 0 } unique)
        {
            ElementMove.Apply(slices, unique,
                new GatherSlices(groups.Firsts, slices.Shape[axis], slices.Shape.LengthOf(axis + 1, slices.Shape.Rank)));
        }
        Write(groups.Firsts, outputs.Optional(1));
        Write(groups.Numbers, outputs.Optional(2));
        Write(groups.Counts, outputs.Optional(3));
    }

    /// <summary>The groups of equal slices, the tensor that they are slices of, and the axis along which they lie.</summary>
    (SliceGroups Groups, Tensor Slices, int Axis) Group(Tensor input)
    {
        var slices = Axis is null ? input.Reshape([input.Length]) : input;
        var axis = slices.Shape.NormalizeAxis(Axis ?? 0);
        return (SliceGroups.Of(slices, axis, Sorted), slices, axis);
    }

    static void Write(int[] numbers, Tensor? output)
    {
        for (var i = 0; i < numbers.Length && output is not null; i++) output.Longs[i] = numbers[i];
    }
}
