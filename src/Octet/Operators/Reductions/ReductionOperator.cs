using System.Numerics;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>An operator that makes one element of many, along some axes.</summary>
public abstract record ReductionOperator(ReducedAxes Axes) : NumericOperator
{
    public sealed override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) => [new(inputs[0].Type, Axes.Result(inputs))];

    public sealed override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        if (inputs[0].Type == DataType.Bool) Run<byte>(inputs, outputs);
        else base.Run(inputs, outputs);
    }

    protected sealed override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        const int UsualRank = 16;
        var shape = inputs[0].Shape;
        var isReduced = shape.Rank <= UsualRank ? stackalloc bool[shape.Rank] : new bool[shape.Rank];
        Axes.Mark(inputs, isReduced);
        Reduce<T>(inputs[0].BitsOf<T>(), shape, isReduced, outputs[0].BitsOf<T>());
    }

    /// <param name="x">Elements in row-major order; bools as 0 and 1.</param>
    /// <param name="shape">Their shape.</param>
    /// <param name="isReduced">For each axis, whether all elements along it become one.</param>
    /// <param name="result">Receives what remains.</param>
    protected abstract void Reduce<T>(ReadOnlySpan<T> x, Shape shape, ReadOnlySpan<bool> isReduced, Span<T> result) where T : unmanaged, INumber<T>;
}
