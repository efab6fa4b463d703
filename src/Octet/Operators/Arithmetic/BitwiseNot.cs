using System.Numerics;
using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>BitwiseNot</c>, since opset 18: the bits that are not set, for any shape and integer type.</summary>
sealed record BitwiseNot : Operator
{
    public static BitwiseNot From(Attributes attributes) => new();

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) =>
        inputs[0].Type.IsInteger ? [new(inputs[0].Type, inputs[0].Shape)] : throw OperatorException.UnsupportedType(inputs[0].Type);

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        ElementWise.Map(inputs[0].Bytes, outputs[0].Bytes, default(Complement));

    readonly struct Complement : IUnaryFunction<byte>
    {
        public Vector<byte> Invoke(Vector<byte> x) => ~x;
    }
}
