using Octet.Kernels;
using Octet.Numerics;
using Octet.Tensors;
using Octet.TexasInstruments;

namespace Octet.TexasInstruments;

/// <summary>How TI's quantizer maps weights to integers: symmetric, rounding half away from zero, ranges that end at powers of
/// two.</summary>
/// <remarks>Source: TI edgeai-modeloptimization, quantization/v1/quant_train_module.py.</remarks>
static class Pact2Weights
{
    /// <summary>No channel is given steps that are finer than those of the whole tensor by more than this.</summary>
    const float FinestChannel = 256;

    /// <summary>Chooses the scale of a weight tensor, or of each of its output channels.</summary>
    /// <param name="weights">float32, any shape.</param>
    /// <param name="bits">4 to 16.</param>
    /// <param name="powerOfTwo">Whether scales are powers of two.</param>
    /// <param name="channelAxis">The axis of output channels; null gives one scale.</param>
    public static QuantizationParameters Parameters(Tensor weights, int bits, bool powerOfTwo, int? channelAxis = null)
    {
        var whole = Scale(MinMax.Of(weights.Floats), bits, powerOfTwo);
        var spec = new QuantizationSpec(bits, Signed: true, Symmetric: true, PerChannel: channelAxis is not null)
        {
            Rounding = Rounding.HalfAwayFromZero,
        };
        if (channelAxis is null) return new(spec, [whole], [0]);

        var layout = ChannelLayout.Of(weights.Shape, channelAxis);
        var ranges = MinMax.OfChannels(weights.Floats, layout);
        return new(spec, [.. ranges.Select(range => Math.Max(Scale(range, bits, powerOfTwo), whole / FinestChannel))],
            [.. new int[ranges.Length]], channelAxis);
    }

    /// <summary>The width of a step for numbers of this range.</summary>
    public static float Scale(ValueRange range, int bits, bool powerOfTwo)
    {
        var magnitude = range.IsNothing ? 0 : range.Magnitude;
        magnitude = Math.Max(magnitude, Pact2Range.Smallest);
        if (powerOfTwo) magnitude = PowerOfTwo.Ceiling(magnitude);
        return Math.Min(magnitude / (1 << (bits - 1)), 1 / Pact2Range.Smallest);
    }
}
