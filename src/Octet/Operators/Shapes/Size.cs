using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>Size</c>: the number of elements of its input, an int64 scalar. Known before the model runs.</summary>
sealed record Size : MovingOperator
{
    public override DataType TypeOfOutput(int output, ReadOnlySpan<DataType> inputs) => DataType.Int64;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) => [TensorInfo.Of(Tensor.Scalar((long)inputs[0].Shape.Length))];

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => outputs[0].Longs[0] = inputs[0].Length;
}
