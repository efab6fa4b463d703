using System.Numerics;
using Octet.Kernels;
using Octet.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Octet.Operators;

/// <summary>ONNX <c>GlobalAveragePool</c>, since opset 1: the mean of each channel, [batch, channels, …] to [batch, channels, 1, …]. float32 and float64.</summary>
public sealed record GlobalAveragePool : Operator
{
    public static GlobalAveragePool From(Attributes attributes) => new();

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) => [new(inputs[0].Type, PoolingShapes.GlobalOutput(inputs[0].Shape))];

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        if (inputs[0].Type == DataType.Float32) Run<float>(inputs[0], outputs[0]);
        else if (inputs[0].Type == DataType.Float64) Run<double>(inputs[0], outputs[0]);
        else throw OperatorException.UnsupportedType(inputs[0].Type);
    }

    static void Run<T>(Tensor input, Tensor output) where T : unmanaged, INumber<T>
    {
        var x = input.Span<T>();
        var y = output.Span<T>();
        var length = input.Shape.LengthOf(2, input.Shape.Rank);
        for (var i = 0; i < y.Length; i++) y[i] = RowStatistics.Sum<T>(x.Slice(i * length, length)) / T.CreateChecked(length);
    }
}

/// <summary>ONNX <c>GlobalMaxPool</c>, since opset 1: the greatest element of each channel, [batch, channels, …] to [batch, channels, 1, …]. float32 and float64.</summary>
public sealed record GlobalMaxPool : Operator
{
    public static GlobalMaxPool From(Attributes attributes) => new();

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        var shape = PoolingShapes.GlobalOutput(inputs[0].Shape);
        return inputs[0].Shape.Length > 0 || shape.Length == 0
            ? [new(inputs[0].Type, shape)]
            : throw new ShapeException($"the input has shape {inputs[0].Shape}; channels without elements have no greatest one");
    }

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        if (inputs[0].Type == DataType.Float32) Run<float>(inputs[0], outputs[0]);
        else if (inputs[0].Type == DataType.Float64) Run<double>(inputs[0], outputs[0]);
        else throw OperatorException.UnsupportedType(inputs[0].Type);
    }

    static void Run<T>(Tensor input, Tensor output) where T : unmanaged, INumber<T>
    {
        var x = input.Span<T>();
        var y = output.Span<T>();
        var length = input.Shape.LengthOf(2, input.Shape.Rank);
        for (var i = 0; i < y.Length; i++) y[i] = TensorPrimitives.Max<T>(x.Slice(i * length, length));
    }
}
