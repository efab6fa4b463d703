using System.Numerics;
using Octet.Tensors;

namespace Octet.Numerics;

public static partial class LinearQuantizer
{
    /// <summary>Rounds each value to an integer, each channel with its own scale.</summary>
    /// <param name="x">Real values, laid out as <paramref name="layout"/> says.</param>
    /// <param name="integers">Receives as many integers.</param>
    /// <param name="layout">How the tensor divides into channels.</param>
    /// <param name="scales">One a channel.</param>
    /// <param name="zeroPoints">One a channel; empty means zeros.</param>
    /// <param name="low">Least integer of the type, in steps.</param>
    /// <param name="high">Greatest integer of the type, in steps.</param>
    public static void Quantize<T>(
        ReadOnlySpan<float> x, Span<T> integers, ChannelLayout layout, ReadOnlySpan<float> scales, ReadOnlySpan<int> zeroPoints, int low,
        int high)
        where T : unmanaged, IBinaryInteger<T>
    {
        for (var outer = 0; outer < layout.Outer; outer++)
        {
            for (var channel = 0; channel < layout.Channels; channel++)
            {
                var start = layout.StartOf(outer, channel);
                var zeroPoint = zeroPoints.IsEmpty ? 0 : zeroPoints[channel];
                Quantize(x.Slice(start, layout.Inner), integers.Slice(start, layout.Inner), scales[channel], zeroPoint, low, high);
            }
        }
    }

    /// <summary>Turns integers into the real values they represent, each channel with its own scale.</summary>
    /// <param name="integers">Integers, laid out as <paramref name="layout"/> says.</param>
    /// <param name="y">Receives as many real values.</param>
    /// <param name="layout">How the tensor divides into channels.</param>
    /// <param name="scales">One a channel.</param>
    /// <param name="zeroPoints">One a channel; empty means zeros.</param>
    public static void Dequantize<T>(ReadOnlySpan<T> integers, Span<float> y, ChannelLayout layout, ReadOnlySpan<float> scales,
        ReadOnlySpan<int> zeroPoints)
        where T : unmanaged, IBinaryInteger<T>
    {
        for (var outer = 0; outer < layout.Outer; outer++)
        {
            for (var channel = 0; channel < layout.Channels; channel++)
            {
                var start = layout.StartOf(outer, channel);
                var zeroPoint = zeroPoints.IsEmpty ? 0 : zeroPoints[channel];
                Dequantize(integers.Slice(start, layout.Inner), y.Slice(start, layout.Inner), scales[channel], zeroPoint);
            }
        }
    }

    /// <summary>A tensor rounded to integer steps and back, in a tensor of its own.</summary>
    /// <param name="x">Float32, of any shape.</param>
    /// <param name="parameters">Of the tensor or of each of its channels.</param>
    internal static Tensor FakeQuantize(Tensor x, QuantizationParameters parameters)
    {
        var rounded = new Tensor(DataType.Float32, x.Shape);
        FakeQuantize(x.Floats, rounded.Floats, x.Shape, parameters);
        return rounded;
    }

    /// <summary>Rounds each value to the nearest integer step and back, by the scale and zero point of the tensor or of each of its
    /// channels.</summary>
    /// <param name="x">Real values of a tensor.</param>
    /// <param name="y">Receives the rounded values; may be the same memory.</param>
    /// <param name="shape">The shape of both.</param>
    /// <param name="parameters">At most 16 bits.</param>
    public static void FakeQuantize(ReadOnlySpan<float> x, Span<float> y, Shape shape, QuantizationParameters parameters)
    {
        var (low, high) = (parameters.Spec.Low, parameters.Spec.High);
        var layout = ChannelLayout.Of(shape, parameters.Axis);
        for (var outer = 0; outer < layout.Outer; outer++)
        {
            for (var channel = 0; channel < layout.Channels; channel++)
            {
                var start = layout.StartOf(outer, channel);
                FakeQuantize(
                    x.Slice(start, layout.Inner), y.Slice(start, layout.Inner), parameters.Scales[channel], parameters.ZeroPoints[channel],
                    low, high,
                    parameters.Spec.Rounding);
            }
        }
    }

    /// <summary>The integers of a float tensor, as a tensor of the type that stores them in a file.</summary>
    /// <param name="x">A float32 tensor.</param>
    /// <param name="parameters">At most 16 bits.</param>
    public static Tensor Quantize(Tensor x, QuantizationParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(parameters);
        var integers = new Tensor(parameters.Spec.StorageType, x.Shape);
        switch (integers.Type)
        {
            case DataType.Int8 or DataType.Int4: Fill(integers.AsSpan<sbyte>()); break;
            case DataType.UInt8 or DataType.UInt4: Fill(integers.AsSpan<byte>()); break;
            case DataType.Int16: Fill(integers.AsSpan<short>()); break;
            case DataType.UInt16: Fill(integers.AsSpan<ushort>()); break;
            case DataType.Int32: Fill(integers.AsSpan<int>()); break;
            default: throw new NotSupportedException($"Integers of {parameters.Spec.Bits} bits cannot be stored.");
        }
        return integers;

        void Fill<T>(Span<T> result) where T : unmanaged, IBinaryInteger<T> =>
            Quantize(
                x.Floats, result, ChannelLayout.Of(x.Shape, parameters.Axis), parameters.Scales.AsSpan(), parameters.ZeroPoints.AsSpan(),
                parameters.Spec.Low, parameters.Spec.High);
    }

    /// <summary>The real values that a tensor of integers represents.</summary>
    /// <param name="integers">Of 4 to 32 bits, signed or not.</param>
    /// <param name="parameters">Their scales and zero points.</param>
    public static Tensor Dequantize(Tensor integers, QuantizationParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(integers);
        ArgumentNullException.ThrowIfNull(parameters);
        var y = new Tensor(DataType.Float32, integers.Shape);
        switch (integers.Type)
        {
            case DataType.Int8 or DataType.Int4: Fill<sbyte>(integers.AsSpan<sbyte>()); break;
            case DataType.UInt8 or DataType.UInt4: Fill<byte>(integers.AsSpan<byte>()); break;
            case DataType.Int16: Fill<short>(integers.AsSpan<short>()); break;
            case DataType.UInt16: Fill<ushort>(integers.AsSpan<ushort>()); break;
            case DataType.Int32: Fill<int>(integers.AsSpan<int>()); break;
            default: throw new NotSupportedException($"{integers.Type.DisplayName} does not hold quantized values.");
        }
        return y;

        void Fill<T>(ReadOnlySpan<T> values) where T : unmanaged, IBinaryInteger<T> =>
            Dequantize(values, y.Floats, ChannelLayout.Of(integers.Shape, parameters.Axis), parameters.Scales.AsSpan(),
                parameters.ZeroPoints.AsSpan());
    }
}
