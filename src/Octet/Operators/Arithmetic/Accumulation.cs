using System.Numerics;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>How a running total takes in the next element; a type, so that each use becomes a loop of its own.</summary>
interface IAccumulator
{
    static abstract T Empty<T>() where T : INumber<T>;

    static abstract T Join<T>(T total, T x) where T : INumber<T>;
}

/// <summary>An operator that joins each element with all those before it along an axis, which is a scalar input.</summary>
/// <param name="Exclusive">Whether the element itself does not count.</param>
/// <param name="Reverse">Whether the total runs from the end.</param>
abstract record Accumulation(bool Exclusive, bool Reverse) : NumericOperator
{
    public sealed override int RequiredInputs => 2;

    public sealed override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) => [new(inputs[0].Type, inputs[0].Shape)];

    private protected void Accumulate<T, TAccumulator>(ReadOnlySpan<Tensor> inputs, Tensor result)
        where T : unmanaged, INumber<T> where TAccumulator : IAccumulator
    {
        var shape = inputs[0].Shape;
        var axis = shape.NormalizeAxis(AxisOf(inputs[1]));
        var (extent, inner) = (shape[axis], shape.LengthOf(axis + 1, shape.Rank));
        var x = inputs[0].AsSpan<T>();
        var y = result.AsSpan<T>();
        for (var start = 0; start < x.Length; start += extent * inner)
        {
            for (var i = 0; i < inner; i++)
            {
                var total = TAccumulator.Empty<T>();
                for (var step = 0; step < extent; step++)
                {
                    var at = start + (Reverse ? extent - 1 - step : step) * inner + i;
                    var next = TAccumulator.Join(total, x[at]);
                    y[at] = Exclusive ? total : next;
                    total = next;
                }
            }
        }
    }

    static long AxisOf(Tensor axis) => axis switch
    {
        { Length: 1, Type: DataType.Int32 } => axis.AsSpan<int>()[0],
        { Length: 1, Type: DataType.Int64 } => axis.Longs[0],
        _ => throw new OperatorException($"the axis is {axis}; a scalar of type int32 or int64 is expected"),
    };
}
