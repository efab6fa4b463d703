using Octet.Kernels;
using Octet.Numerics;
using Octet.Planning;

namespace Octet.TexasInstruments;

/// <summary>How TI's quantizer rounds biases. Bits are those of the weights.</summary>
/// <remarks>
/// In the source a scale is the number of steps in a unit, one over the width of a step; here it is the width, as everywhere in Octet.
/// Source: TI edgeai-modeloptimization, quantization/v1/quant_train_module.py.
/// </remarks>
static class Pact2Bias
{
    /// <summary>The first rule, which always holds: a scale for all of the layer's biases.</summary>
    public static float OwnScale(ReadOnlySpan<float> bias, int bits, bool powerOfTwo) =>
        Pact2Weights.Scale(MinMax.Of(bias), bits, powerOfTwo);

    /// <summary>Rounds biases in place: only by <see cref="BiasConstraint.WholeSteps"/>, else by the first rule, then by that of
    /// <see cref="BiasConstraint.Saturate"/> if it is asked for.</summary>
    /// <param name="bias">One for each output channel.</param>
    /// <param name="bits">Bits of a weight.</param>
    /// <param name="powerOfTwo">Whether scales are powers of two.</param>
    /// <param name="constraint">What the device demands.</param>
    /// <param name="input">The integers of the layer's input; null where it has none, and then there are no steps of a sum.</param>
    /// <param name="weightScales">One, or one for each output channel.</param>
    public static void Round(
        Span<float> bias, int bits, bool powerOfTwo, BiasConstraint constraint, QuantizationParameters? input,
        ReadOnlySpan<float> weightScales)
    {
        if (constraint == BiasConstraint.WholeSteps)
        {
            if (input is not null) RoundToSteps(bias, input, weightScales);
            return;
        }
        var own = OwnScale(bias, bits, powerOfTwo);
        var (low, high) = (-(1 << (bits - 1)), (1 << (bits - 1)) - 1);
        LinearQuantizer.FakeQuantize(bias, bias, own, zeroPoint: 0, low, high, Rounding.HalfAwayFromZero);
        if (constraint != BiasConstraint.Saturate || input is null) return;

        for (var channel = 0; channel < bias.Length; channel++)
        {
            bias[channel] = Saturate(bias[channel], bits, own, input, weightScales[channel % weightScales.Length]);
        }
    }

    static void RoundToSteps(Span<float> bias, QuantizationParameters input, ReadOnlySpan<float> weightScales)
    {
        for (var channel = 0; channel < bias.Length; channel++)
        {
            var step = (double)input.Scale * weightScales[channel % weightScales.Length];
            var steps = Math.Round(bias[channel] / step, MidpointRounding.AwayFromZero);
            bias[channel] = (float)(Math.Clamp(steps, int.MinValue, int.MaxValue) * step);
        }
    }

    /// <summary>The bias as the device adds it: in steps of the sum of products, or as an integer of <paramref name="bits"/> bits times the
    /// greatest input.</summary>
    static float Saturate(float bias, int bits, float own, QuantizationParameters input, float weightScale)
    {
        var (low, high) = (-(1L << (bits - 1)), (1L << (bits - 1)) - 1);
        var (sumLow, sumHigh) = (-(1L << (2 * bits - 1)), (1L << (2 * bits - 1)) - 1);
        var stepsPerUnit = 1 / input.Scale * (1 / weightScale);
        if (stepsPerUnit == 0) return 0;

        var ratio = MathF.Truncate(stepsPerUnit * own);
        float greatestInput = input.Spec.Signed ? high : 2 * (1L << (bits - 1)) - 1;
        if (ratio <= greatestInput) return MathF.Truncate(bias * stepsPerUnit) / stepsPerUnit;

        var sum = Math.Clamp(bias * stepsPerUnit, sumLow, sumHigh);
        var part = Math.Clamp(MathF.Truncate(sum / greatestInput), low, high);
        return part * greatestInput / stepsPerUnit;
    }

    /// <summary>The width of a weight's step, made wider where biases in steps of the sum would not fit 32 bits.</summary>
    public static float FitScale(float weightScale, QuantizationParameters input, ReadOnlySpan<float> bias, bool powerOfTwo)
    {
        var scale = LinearQuantizer.FitScaleToBias(weightScale, input.Scale, MinMax.Of(bias).Magnitude);
        return powerOfTwo && !PowerOfTwo.Is(scale) ? PowerOfTwo.Ceiling(scale) : scale;
    }

    /// <summary>The rule of <see cref="BiasConstraint.ReduceWeightScale"/>: the least width of a weight's step at which the biases fit
    /// twice the bits.</summary>
    public static float MinWeightScale(ReadOnlySpan<float> bias, int bits, bool powerOfTwo, QuantizationParameters input) =>
        Pact2Weights.Scale(MinMax.Of(bias), 2 * bits, powerOfTwo) / input.Scale;
}
