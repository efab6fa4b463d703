using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>MatMul</c>, since opset 1: the matrix product as numpy's <c>matmul</c> defines it, with vectors and broadcast batches.</summary>
/// <remarks>All number types; integers wrap.</remarks>
public sealed record MatMul : NumericOperator
{
    public static MatMul From(Attributes attributes) => new();

    public override WeightFacts Weights => new(WeightInput: 1, BiasInput: null, OutputChannelAxis: -1, InputChannelAxis: -2, DataChannelAxis: -1);

    public override long? MacsOf(ReadOnlySpan<TensorInfo> inputs, ReadOnlySpan<TensorInfo> outputs) => ProductShape.Macs(outputs[0], inputs[0]);

    internal override LayerProduct? AsProduct(Shape weights) => weights.Rank == 2 ? new(1, weights[1], weights[0], (1, weights[1])) : null;

    public override int RequiredInputs => 2;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        inputs.RequireSameType(0, 1);
        return [new(inputs[0].Type, new ProductShape(inputs[0].Shape, inputs[1].Shape).Output)];
    }

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        BatchedProduct.Run(new(inputs[0].Shape, inputs[1].Shape), inputs[0].Pointer<T>(), inputs[1].Pointer<T>(), outputs[0].Pointer<T>());
}
