using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>Concat</c>: joins its inputs along <see cref="Axis"/>; their other extents and their types are equal.</summary>
sealed record Concat(long Axis) : MovingOperator
{
    public static Concat From(Attributes attributes) => new(attributes.Int("axis"));

    internal override Joining Joining => Joining.SideBySide;

    public override bool KeepsNonNegative => true;

    /// <summary>Before opset 4 the axis could be left out.</summary>
    public static Concat FromOptionalAxis(Attributes attributes) => new(attributes.Int("axis", fallback: 1));

    internal override IntegerForm? InIntegers => new(new QLinearConcat(Axis), OperandOrder.OutputFirst);

    public override bool RequiresAllInputs => true;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        var first = inputs[0];
        var axis = first.Shape.NormalizeAxis(Axis);
        long extent = 0;
        foreach (var input in inputs)
        {
            if (input.Type != first.Type) throw new OperatorException($"inputs of one type are expected, but they are {first} and {input}");
            if (input.Shape.Rank != first.Shape.Rank || input.Shape.With(axis, first.Shape[axis]) != first.Shape)
            {
                throw new ShapeException($"shapes {first.Shape} and {input.Shape} cannot be joined along axis {axis}: all other extents "
                    + "must be equal");
            }
            extent += input.Shape[axis];
        }
        return [new(first.Type, Shape.From([.. first.Shape.Dimensions.ToArray().Select((old, i) => i == axis ? extent : old)]))];
    }

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var joined = outputs[0].Shape;
        if (joined.Length == 0) return;

        var axis = joined.NormalizeAxis(Axis);
        var (rows, rowLength) = (joined.LengthOf(0, axis), joined.LengthOf(axis, joined.Rank));
        var start = 0;
        foreach (var input in inputs)
        {
            var part = input.Length / rows;
            ElementMove.Apply(input, outputs[0], new StridedCopy([rows, part], [part, 1], [rowLength, 1], destinationStart: start));
            start += part;
        }
    }

    internal override GradientFacts Gradient => GradientFacts.ReadsNothing;

    private protected override void Backward<T>(in BackwardPass pass)
    {
        var joined = pass.FirstUpstream.Shape;
        if (joined.Length == 0) return;
        var axis = joined.NormalizeAxis(Axis);
        var (rows, rowLength) = (joined.LengthOf(0, axis), joined.LengthOf(axis, joined.Rank));
        for (int input = 0, start = 0, part; input < pass.InputCount; input++, start += part)
        {
            part = pass.InputShape(input).Length / rows;
            if (pass.Wants(input, out var gradient))
                ElementMove.Apply(pass.FirstUpstream, gradient,
                    new StridedCopy([rows, part], [rowLength, 1], [part, 1], sourceStart: start));
        }
    }
}
