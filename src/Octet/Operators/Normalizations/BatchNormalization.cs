using System.Numerics;
using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// ONNX <c>BatchNormalization</c> with statistics that are given, since opset 1: for each channel
/// <c>y = (x − mean) / sqrt(variance + epsilon) · scale + bias</c>.
/// </summary>
/// <remarks>
/// Inputs: x [batch, channels, …], then scale, bias, mean and variance, [channels] each. float32 and float64.
/// Computed as <c>x · k + (bias − mean · k)</c> with <c>k = scale / sqrt(variance + epsilon)</c>.
/// </remarks>
public sealed record BatchNormalization(float Epsilon) : Operator
{
    public static Operator From(Attributes attributes) => new BatchNormalization(attributes.Float("epsilon", orElse: 1e-5f));

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        inputs.RequireSameType(0, 1, 2, 3, 4);
        var channels = ChannelsOf(inputs[0].Shape);
        for (var i = 1; i < 5; i++)
        {
            if (inputs[i].Shape.Rank != 1 || inputs[i].Shape[0] != channels)
            {
                throw new ShapeException($"input {i} has shape {inputs[i].Shape}, but the {channels} channel(s) of an input of shape {inputs[0].Shape} need [{channels}]");
            }
        }
        return [new(inputs[0].Type, inputs[0].Shape)];
    }

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        if (inputs[0].Type == DataType.Float32) Run<float>(inputs, outputs[0]);
        else if (inputs[0].Type == DataType.Float64) Run<double>(inputs, outputs[0]);
        else throw OperatorException.UnsupportedType(inputs[0].Type);
    }

    /// <summary>Input of a single dimension is a batch of one channel.</summary>
    static int ChannelsOf(Shape shape) => shape.Rank switch
    {
        0 => throw new ShapeException($"the input has shape {shape}; [batch, channels, …] is expected"),
        1 => 1,
        _ => shape[1],
    };

    void Run<T>(ReadOnlySpan<Tensor> inputs, Tensor output) where T : unmanaged, INumber<T>, IRootFunctions<T>
    {
        var shape = inputs[0].Shape;
        var (channels, length) = (ChannelsOf(shape), shape.LengthOf(Math.Min(2, shape.Rank), shape.Rank));
        using var factorScratch = new Scratch<T>(channels);
        using var offsetScratch = new Scratch<T>(channels);
        var factors = factorScratch.Span;
        var offsets = offsetScratch.Span;
        for (var channel = 0; channel < channels; channel++)
        {
            factors[channel] = inputs[1].Span<T>()[channel] / T.Sqrt(inputs[4].Span<T>()[channel] + T.CreateChecked(Epsilon));
            offsets[channel] = inputs[2].Span<T>()[channel] - inputs[3].Span<T>()[channel] * factors[channel];
        }

        var x = inputs[0].Span<T>();
        for (var i = 0; i < x.Length; i += length)
        {
            var channel = i / length % channels;
            RowStatistics.Scale<T>(x.Slice(i, length), output.Span<T>().Slice(i, length), factors[channel], offsets[channel]);
        }
    }
}
