using System.Numerics;
using Octet.Kernels;
using Octet.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Octet.Operators;

/// <summary>An operator on any number of tensors of one type that are broadcast to each other and joined two by two, from the first
/// on.</summary>
abstract record VariadicArithmetic : NumericOperator
{
    public override bool RequiresAllInputs => true;

    public sealed override bool IsElementwise => true;

    public sealed override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        if (inputs.IsEmpty) throw new OperatorException("there are no inputs; at least one is needed");
        var shape = inputs[0].Shape;
        for (var i = 1; i < inputs.Length; i++)
        {
            inputs.RequireSameType(0, i);
            shape = Shape.Broadcast(shape, inputs[i].Shape);
        }
        return [new(inputs[0].Type, shape)];
    }

    private protected static void Join<T, TFunction>(ReadOnlySpan<Tensor> inputs, Tensor result, TFunction function)
        where T : unmanaged, INumber<T> where TFunction : struct, IBinaryFunction<T>
    {
        var results = result.AsSpan<T>();
        if (inputs.Length == 1) inputs[0].CopyTo(result);
        else new Broadcast(result.Shape, inputs[0].Shape, inputs[1].Shape).Map(inputs[0].AsSpan<T>(), inputs[1].AsSpan<T>(), results,
            function);
        for (var i = 2; i < inputs.Length; i++)
            new Broadcast(result.Shape, result.Shape, inputs[i].Shape).Map(results, inputs[i].AsSpan<T>(), results, function);
    }

    /// <summary>The gradient of a sum of all inputs, times a factor.</summary>
    private protected static void BackwardOfSum<T>(in BackwardPass pass, T factor) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var input = 0; input < pass.InputCount; input++)
        {
            if (!pass.Wants(input, out var gradient)) continue;
            BroadcastGradient.SumTo<T>(pass.FirstUpstream.AsSpan<T>(), pass.FirstUpstream.Shape, gradient);
            if (factor != T.One) TensorPrimitives.Multiply(gradient.AsSpan<T>(), factor, gradient.AsSpan<T>());
        }
    }

    /// <summary>The gradient of a choice of one input at each place: all of it goes to the chosen one, and equal inputs share it.</summary>
    private protected static void BackwardOfChoice<T>(in BackwardPass pass) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (upstream, chosen) = (pass.FirstUpstream, pass.Outputs[0]);
        using var shares = new Scratch<T>(upstream.Length);
        using var terms = new Scratch<T>(upstream.Length);
        shares.Span.Clear();
        foreach (var input in pass.Inputs)
        {
            new Broadcast(upstream.Shape, upstream.Shape, input.Shape).Map(chosen.AsSpan<T>(), input.AsSpan<T>(), terms.Span,
                default(IsEqual<T>));
            TensorPrimitives.Add<T>(shares.Span, terms.Span, shares.Span);
        }
        for (var input = 0; input < pass.InputCount; input++)
        {
            if (!pass.Wants(input, out var gradient)) continue;
            new Broadcast(upstream.Shape, upstream.Shape, gradient.Shape).Map(chosen.AsSpan<T>(), pass.Inputs[input].AsSpan<T>(),
                terms.Span, default(IsEqual<T>));
            TensorPrimitives.Multiply<T>(terms.Span, upstream.AsSpan<T>(), terms.Span);
            TensorPrimitives.Divide<T>(terms.Span, shares.Span, terms.Span);
            BroadcastGradient.SumTo<T>(terms.Span, upstream.Shape, gradient);
        }
    }

    /// <summary>1 where two elements are equal, 0 elsewhere.</summary>
    readonly struct IsEqual<T> : IBinaryFunction<T> where T : unmanaged
    {
        public Vector<T> Invoke(Vector<T> x, Vector<T> y) => Vector.Equals(x, y) & Vector<T>.One;
    }
}
