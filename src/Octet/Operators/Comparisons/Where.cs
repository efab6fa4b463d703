using System.Numerics;
using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>Where</c>, since opset 9: elements of x where the condition is true and of y where it is not; all three are broadcast, of any type.</summary>
public sealed record Where : Operator
{
    public static Where From(Attributes attributes) => new();

    public override bool TakesReducedPrecision => true;

    public override int RequiredInputs => 3;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        inputs.RequireSameType(1, 2);
        return inputs[0].Type == DataType.Bool
            ? [new(inputs[1].Type, Shape.Broadcast(Shape.Broadcast(inputs[0].Shape, inputs[1].Shape), inputs[2].Shape))]
            : throw new OperatorException($"the condition is {inputs[0]}; bool is expected");
    }

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var (condition, x, y) = (inputs[0], inputs[1], inputs[2]);
        if (x.Type == DataType.String) Choose<string>(condition, x.Shape, x.Strings, y.Shape, y.Strings, outputs[0].Shape, outputs[0].Strings);
        else TypeDispatch.Bits(x.Type, new Visitor(condition, x, y, outputs[0]));
    }

    static void Choose<T>(Tensor condition, Shape ofX, ReadOnlySpan<T> x, Shape ofY, ReadOnlySpan<T> y, Shape shape, Span<T> result)
    {
        var conditions = condition.Span<bool>();
        var rows = new Broadcast(shape, condition.Shape, ofX, ofY);
        var (stepCondition, stepX, stepY) = rows.RowStep;
        foreach (var row in rows)
        {
            var (atCondition, atX, atY) = (row.X, row.Y, row.Z);
            foreach (ref var element in result.Slice(row.Start, rows.RowLength))
            {
                element = conditions[atCondition] ? x[atX] : y[atY];
                (atCondition, atX, atY) = (atCondition + stepCondition, atX + stepX, atY + stepY);
            }
        }
    }

    readonly struct Visitor(Tensor condition, Tensor x, Tensor y, Tensor result) : IBitsVisitor
    {
        public void Visit<T>() where T : unmanaged, IBinaryInteger<T>, IUnsignedNumber<T> =>
            Choose<T>(condition, x.Shape, x.BitsOf<T>(), y.Shape, y.BitsOf<T>(), result.Shape, result.BitsOf<T>());
    }
}
