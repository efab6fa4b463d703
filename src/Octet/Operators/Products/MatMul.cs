using System.Numerics;
using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>MatMul</c>, since opset 1: the matrix product as numpy's <c>matmul</c> defines it, with vectors and broadcast batches.</summary>
/// <remarks>float32, float64, and integers of 32 and 64 bits, which wrap.</remarks>
public sealed record MatMul : Operator
{
    public static MatMul From(Attributes attributes) => new();

    public override WeightFacts Weights => new(WeightInput: 1, BiasInput: null, OutputChannelAxis: -1);

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        inputs.RequireSameType(0, 1);
        return [new(inputs[0].Type, new ProductShape(inputs[0].Shape, inputs[1].Shape).Output)];
    }

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        switch (inputs[0].Type)
        {
            case DataType.Float32: Run<float>(inputs, outputs); break;
            case DataType.Float64: Run<double>(inputs, outputs); break;
            case DataType.Int32: Run<int>(inputs, outputs); break;
            case DataType.UInt32: Run<uint>(inputs, outputs); break;
            case DataType.Int64: Run<long>(inputs, outputs); break;
            case DataType.UInt64: Run<ulong>(inputs, outputs); break;
            default: throw OperatorException.UnsupportedType(inputs[0].Type);
        }
    }

    static unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) where T : unmanaged, INumber<T> =>
        BatchedProduct.Run(new(inputs[0].Shape, inputs[1].Shape), inputs[0].Pointer<T>(), inputs[1].Pointer<T>(), outputs[0].Pointer<T>());
}
