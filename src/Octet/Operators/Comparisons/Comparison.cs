using System.Numerics;
using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>How two numbers compare; as functions, so that each use becomes a loop of its own.</summary>
interface IRelation
{
    static abstract bool Holds<T>(T x, T y) where T : INumber<T>;
}

/// <summary>An operator that asks something of each pair of elements of two tensors of one number type, broadcast; the answer is
/// bool.</summary>
abstract record Comparison : NumericOperator
{
    public override int RequiredInputs => 2;

    public override DataType TypeOfOutput(int output, ReadOnlySpan<DataType> inputs) => DataType.Bool;

    public override int MaxInputs => 2;

    public sealed override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        inputs.RequireSameType(0, 1);
        return [new(DataType.Bool, Shape.Broadcast(inputs[0].Shape, inputs[1].Shape))];
    }

    private protected static void Compare<T, TRelation>(ReadOnlySpan<Tensor> inputs, Tensor result)
        where T : unmanaged, INumber<T> where TRelation : IRelation =>
        new Broadcast(result.Shape, inputs[0].Shape, inputs[1].Shape)
            .MapScalars(inputs[0].AsSpan<T>(), inputs[1].AsSpan<T>(), result.AsSpan<bool>(), default(Relation<T, TRelation>));

    readonly struct Relation<T, TRelation> : IScalarFunction<T, T, bool> where T : INumber<T> where TRelation : IRelation
    {
        public bool Invoke(T x, T y) => TRelation.Holds(x, y);
    }
}
