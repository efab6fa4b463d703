using System.Numerics;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>An operator that makes one element of many, along some axes.</summary>
public abstract record ReductionOperator(ReducedAxes Axes) : NumericOperator
{
    public sealed override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) => [new(inputs[0].Type, Axes.Result(inputs))];

    public sealed override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        if (inputs[0].Type == DataType.Bool) Reduce<byte>(inputs[0].Bytes, inputs[0].Shape, outputs[0].Bytes, Axes.Kept(inputs));
        else base.Run(inputs, outputs);
    }

    protected sealed override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        Reduce<T>(inputs[0].Span<T>(), inputs[0].Shape, outputs[0].Span<T>(), Axes.Kept(inputs));

    /// <param name="x">Elements in row-major order.</param>
    /// <param name="shape">Their shape.</param>
    /// <param name="result">Receives the results.</param>
    /// <param name="kept">The same shape with extent 1 in the reduced dimensions.</param>
    protected abstract void Reduce<T>(ReadOnlySpan<T> x, Shape shape, Span<T> result, Shape kept) where T : unmanaged, INumber<T>;
}
