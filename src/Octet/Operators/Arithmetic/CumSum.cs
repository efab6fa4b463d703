using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>CumSum</c>, since opset 11: the sum of an element and those before it along an axis, which is a scalar input.</summary>
/// <param name="Exclusive">Whether the element itself does not count.</param>
/// <param name="Reverse">Whether the sum runs from the end.</param>
public sealed record CumSum(bool Exclusive, bool Reverse) : NumericOperator
{
    public static CumSum From(Attributes attributes) => new(attributes.Flag("exclusive"), attributes.Flag("reverse"));

    public override int RequiredInputs => 2;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) => [new(inputs[0].Type, inputs[0].Shape)];

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var shape = inputs[0].Shape;
        var axis = shape.Axis(AxisOf(inputs[1]));
        var (extent, inner) = (shape[axis], shape.LengthOf(axis + 1, shape.Rank));
        var x = inputs[0].Span<T>();
        var y = outputs[0].Span<T>();
        for (var start = 0; start < x.Length; start += extent * inner)
        {
            for (var i = 0; i < inner; i++)
            {
                var sum = T.Zero;
                for (var step = 0; step < extent; step++)
                {
                    var at = start + (Reverse ? extent - 1 - step : step) * inner + i;
                    var next = sum + x[at];
                    y[at] = Exclusive ? sum : next;
                    sum = next;
                }
            }
        }
    }

    static long AxisOf(Tensor axis) => axis switch
    {
        { Length: 1, Type: DataType.Int32 } => axis.Span<int>()[0],
        { Length: 1, Type: DataType.Int64 } => axis.Longs[0],
        _ => throw new OperatorException($"the axis is {axis}; a scalar of type int32 or int64 is expected"),
    };
}
