using System.Numerics;
using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>An operator on any number of tensors of one type that are broadcast to each other and joined two by two, from the first on.</summary>
public abstract record VariadicArithmetic : NumericOperator
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
        var results = result.Span<T>();
        if (inputs.Length == 1) inputs[0].CopyTo(result);
        else new Broadcast(result.Shape, inputs[0].Shape, inputs[1].Shape).Map(inputs[0].Span<T>(), inputs[1].Span<T>(), results, function);
        for (var i = 2; i < inputs.Length; i++) new Broadcast(result.Shape, result.Shape, inputs[i].Shape).Map(results, inputs[i].Span<T>(), results, function);
    }
}
