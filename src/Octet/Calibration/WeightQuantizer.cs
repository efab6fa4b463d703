using Octet.Calibration.Methods;
using Octet.Kernels;
using Octet.Numerics;
using Octet.Tensors;

namespace Octet.Calibration;

/// <summary>Scales for constant weights: their values are known, so no samples are needed.</summary>
static class WeightQuantizer
{
    /// <summary>Scale and zero point of a weight tensor, or of each of its channels.</summary>
    /// <param name="weight">Any shape, float32.</param>
    /// <param name="spec">Says whether each channel has a scale of its own.</param>
    /// <param name="channelAxis">The axis of output channels: 0 for Conv, 1 for ConvTranspose and for Gemm and MatMul without
    /// transposition.</param>
    /// <param name="bias">What the layer adds, one value an output channel; empty if nothing.</param>
    /// <param name="inputScale">Width of one step of the layer's input; used with a bias only.</param>
    /// <param name="method">How the range of a tensor or channel is chosen; null takes all that it holds.</param>
    /// <param name="given">Scales that someone else chose: one for the tensor or for each channel, 0 for those to be chosen. Null, or
    /// another number of them, chooses all.</param>
    /// <remarks>
    /// With a bias, scales are raised where its 32-bit integer would overflow: see <see cref="LinearQuantizer.FitScaleToBias"/>. A channel
    /// whose weights are all zero is represented exactly by any scale; it takes the finest that its bias allows, so that the bias is exact.
    /// </remarks>
    /// <exception cref="CalibrationException">A weight is not finite.</exception>
    public static QuantizationParameters Parameters(
        Tensor weight, QuantizationSpec spec, int channelAxis, ReadOnlySpan<float> bias = default, float inputScale = 1,
        CalibrationMethod? method = null, IReadOnlyList<float>? given = null)
    {
        var layout = ChannelLayout.Of(weight.Shape, spec.PerChannel ? channelAxis : null);
        var ranges = MinMax.OfChannels(weight.Floats, layout);
        for (var channel = 0; channel < ranges.Length; channel++)
        {
            // A weight without elements has nothing to represent.
            ranges[channel] = CalibrationException.ThrowIfNotFinite(ranges[channel]) is { IsNothing: false } seen ? seen : default;
        }
        if (method is not null and not MinMaxMethod) Choose(weight.Floats, layout, ranges, spec, method);
        var parameters = spec.PerChannel
            ? QuantizationParameters.From(ranges, spec, channelAxis) : QuantizationParameters.From(ranges[0], spec);
        var scales = parameters.Scales.ToArray();
        if (given is not null && (given.Count == 1 || given.Count == ranges.Length))
        {
            for (var channel = 0; channel < ranges.Length; channel++)
            {
                if (given[channel % given.Count] is var scale and > 0) scales[channel] = scale;
            }
        }
        FitToBias(scales, ranges, bias, inputScale, spec.PowerOfTwo);
        return parameters with { Scales = [.. scales] };
    }

    /// <summary>Narrows the ranges of channels to what the method chooses for their values.</summary>
    static void Choose(ReadOnlySpan<float> weights, ChannelLayout layout, Span<ValueRange> ranges, QuantizationSpec spec,
        CalibrationMethod method)
    {
        for (var channel = 0; channel < layout.Channels && layout.Length > 0; channel++)
        {
            var observer = method.Needs.CreateObserver();
            for (var outer = 0; outer < layout.Outer; outer++)
                observer.Observe(weights.Slice(layout.StartOf(outer, channel), layout.Inner), sample: 0);
            ranges[channel] = method.RangeOf(observer, spec);
        }
    }

    static void FitToBias(Span<float> scales, ReadOnlySpan<ValueRange> ranges, ReadOnlySpan<float> bias, float inputScale, bool powerOfTwo)
    {
        for (var channel = 0; channel < scales.Length; channel++)
        {
            var biases = scales.Length == 1 ? bias : bias.IsEmpty ? [] : bias.Slice(channel, 1);
            var dead = ranges[channel].Magnitude == 0;
            if (dead && biases.ContainsAnyExcept(0f)) scales[channel] = 0;
            foreach (var value in biases) scales[channel] = LinearQuantizer.FitScaleToBias(scales[channel], inputScale, value);
            if (powerOfTwo && !PowerOfTwo.Is(scales[channel])) scales[channel] = PowerOfTwo.Ceiling(scales[channel]);
        }
    }
}
