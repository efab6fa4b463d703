using System.Numerics;
using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>An operator on the bits of two tensors of one type that are broadcast to each other: integers of any width, and bool.</summary>
abstract record BitwiseOperator : Operator
{
    public override int RequiredInputs => 2;

    public override int MaxInputs => 2;

    public sealed override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        inputs.RequireSameType(0, 1);
        return inputs[0].Type.IsInteger || inputs[0].Type == DataType.Bool
            ? [new(inputs[0].Type, Shape.Broadcast(inputs[0].Shape, inputs[1].Shape))]
            : throw OperatorException.UnsupportedType(inputs[0].Type);
    }

    public sealed override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        TypeDispatch.Bits(inputs[0].Type, new Visitor(this, inputs[0], inputs[1], outputs[0]));

    private protected abstract void Run<T>(Broadcast pairs, ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result)
        where T : unmanaged, IBinaryInteger<T>;

    readonly struct Visitor(BitwiseOperator self, Tensor x, Tensor y, Tensor result) : IBitsVisitor
    {
        public void Visit<T>() where T : unmanaged, IBinaryInteger<T>, IUnsignedNumber<T> =>
            self.Run<T>(new(result.Shape, x.Shape, y.Shape), x.BitsOf<T>(), y.BitsOf<T>(), result.BitsOf<T>());
    }
}
