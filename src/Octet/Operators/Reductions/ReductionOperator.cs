using System.Numerics;
using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>An operator that makes one element of many, along some axes.</summary>
abstract record ReductionOperator(ReducedAxes Axes) : NumericOperator
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
    protected abstract void Reduce<T>(ReadOnlySpan<T> x, Shape shape, ReadOnlySpan<bool> isReduced, Span<T> result)
        where T : unmanaged, INumber<T>;

    /// <summary>Which element of the result each element of x went into, and what comes back for it.</summary>
    /// <param name="pass">The operands.</param>
    /// <param name="function">The gradient of one element, from x, the result and the gradient of the result.</param>
    private protected void BackwardOfElements<T>(in BackwardPass pass, Func<T, T, T, T> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!pass.Wants(0, out var gradient)) return;
        var isReduced = new bool[gradient.Shape.Rank];
        Axes.Mark(pass.Inputs, isReduced);
        var rows = Broadcast.OfReduction(gradient.Shape, isReduced);
        var upstream = pass.FirstUpstream.AsSpan<T>();
        var step = rows.RowStep.Y;
        var x = Gradient!.Reads.HasFlag(GradientReads.Inputs) ? pass.Inputs[0].AsSpan<T>() : gradient.AsSpan<T>();
        var results = Gradient.Reads.HasFlag(GradientReads.Outputs) ? pass.Outputs[0].AsSpan<T>() : upstream;
        foreach (var row in rows)
        {
            for (var i = 0; i < rows.RowLength; i++)
            {
                var (place, target) = (row.Start + i, row.Y + i * step);
                gradient.AsSpan<T>()[place] = function(x[place], results[target], upstream[target]);
            }
        }
    }

    /// <summary>The gradient of a choice: it goes to the elements that equal the result, shared evenly among them.</summary>
    private protected void BackwardOfChoice<T>(in BackwardPass pass) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!pass.Wants(0, out var gradient)) return;
        var isReduced = new bool[gradient.Shape.Rank];
        Axes.Mark(pass.Inputs, isReduced);
        var rows = Broadcast.OfReduction(gradient.Shape, isReduced);
        var x = pass.Inputs[0].AsSpan<T>();
        var results = pass.Outputs[0].AsSpan<T>();
        var counts = new int[results.Length];
        foreach (var row in rows)
        {
            for (var i = 0; i < rows.RowLength; i++)
                counts[row.Y + i * rows.RowStep.Y] += x[row.Start + i] == results[row.Y + i * rows.RowStep.Y] ? 1 : 0;
        }
        foreach (var row in rows)
        {
            for (var i = 0; i < rows.RowLength; i++)
            {
                var (place, target) = (row.Start + i, row.Y + i * rows.RowStep.Y);
                gradient.AsSpan<T>()[place] = x[place] == results[target]
                    ? pass.FirstUpstream.AsSpan<T>()[target] / T.CreateChecked(counts[target]) : T.Zero;
            }
        }
    }
}
