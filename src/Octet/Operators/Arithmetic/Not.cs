using System.Numerics;
using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>Not</c>, since opset 1: true where the element is false, for any shape.</summary>
sealed record Not : Operator
{
    public static Not From(Attributes attributes) => new();

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) =>
        inputs[0].Type == DataType.Bool ? [new(DataType.Bool, inputs[0].Shape)] : throw OperatorException.UnsupportedType(inputs[0].Type);

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        ElementWise.Map(inputs[0].Bytes, outputs[0].Bytes, default(Opposite));

    readonly struct Opposite : IUnaryFunction<byte>
    {
        public Vector<byte> Invoke(Vector<byte> x) => x ^ Vector<byte>.One;
    }
}
