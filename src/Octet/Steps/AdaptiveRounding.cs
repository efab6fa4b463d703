using Octet.Kernels;
using Octet.Numerics;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Octet.Steps;

/// <summary>Rounds weights up or down so that the outputs of a layer, not its weights, are as near as possible.</summary>
/// <remarks>
/// The squared error of an output channel is a quadratic form of the errors of its weights (<see cref="InputMoments"/>). From the nearest
/// integers on, one weight after the other takes that of its two neighbours which makes the form least while the others stay, until none
/// changes. The aim is that of AdaRound (Nagel et al. 2020, arXiv:2004.10568); the descent by coordinates, which needs no training and
/// always gives the same, is that of Behdin et al. 2023 (arXiv:2309.01885).
/// </remarks>
static class AdaptiveRounding
{
    const int MaxSweeps = 20;

    /// <summary>Rounds all output channels of a group.</summary>
    /// <param name="weights">[channels, depth].</param>
    /// <param name="moments">[depth, depth]: what they are multiplied with.</param>
    /// <param name="scales">The width of a step, for each channel.</param>
    /// <param name="spec">The integers.</param>
    /// <param name="adaptively">Without, each weight takes its nearest integer, and only the errors are measured.</param>
    /// <param name="rounded">Receives the weights after rounding to integers.</param>
    /// <param name="threads">How many channels are worked on at once.</param>
    /// <returns>The mean squared error of each channel's output.</returns>
    public static double[] Round(float[] weights, float[] moments, float[] scales, QuantizationSpec spec, bool adaptively, float[] rounded,
        int threads)
    {
        var depth = weights.Length / scales.Length;
        var (errors, squares) = (new float[weights.Length], new double[scales.Length]);
        for (var channel = 0; channel < scales.Length; channel++)
        {
            LinearQuantizer.FakeQuantize(weights.AsSpan(channel * depth, depth), rounded.AsSpan(channel * depth, depth), scales[channel],
                zeroPoint: 0, spec.Low, spec.High, spec.Rounding);
        }
        TensorPrimitives.Subtract(rounded, weights, errors);
        var slopes = Slopes(errors, moments, scales.Length, depth);
        ParallelWork.ForEach(scales.Length, threads, channel =>
        {
            var first = channel * depth;
            if (adaptively)
                Descend(weights.AsSpan(first, depth), moments, scales[channel], spec, rounded.AsSpan(first, depth),
                    errors.AsSpan(first, depth), slopes.AsSpan(first, depth));
            for (var i = first; i < first + depth; i++) squares[channel] += (double)errors[i] * slopes[i];
        });
        return squares;
    }

    /// <summary>Half of the derivative of the form by each error.</summary>
    static unsafe float[] Slopes(float[] errors, float[] moments, int channels, int depth)
    {
        var slopes = new float[errors.Length];
        fixed (float* left = errors, right = moments, result = slopes)
        {
            MatrixProduct.Multiply<float, MatrixView<float>>(channels, depth, depth, new(left, depth), new(right, depth), null, result,
                depth);
        }
        return slopes;
    }

    static void Descend(ReadOnlySpan<float> weights, ReadOnlySpan<float> moments, float scale, QuantizationSpec spec, Span<float> rounded,
        Span<float> errors, Span<float> slopes)
    {
        var depth = weights.Length;
        for (var (sweep, changed) = (0, true); sweep < MaxSweeps && changed; sweep++)
        {
            changed = false;
            for (var i = 0; i < depth; i++)
            {
                var curvature = moments[i * depth + i];
                if (curvature <= 0) continue;
                var below = Math.Clamp(MathF.Floor(weights[i] / scale), spec.Low, spec.High);
                var above = Math.Clamp(MathF.Ceiling(weights[i] / scale), spec.Low, spec.High);
                var best = Math.Clamp(MathF.Round((rounded[i] - slopes[i] / curvature) / scale), below, above) * scale;
                var step = best - rounded[i];
                if (step == 0 || curvature * step * step + 2 * slopes[i] * step >= 0) continue;

                rounded[i] = best;
                errors[i] += step;
                TensorPrimitives.MultiplyAdd(moments.Slice(i * depth, depth), step, slopes, slopes);
                changed = true;
            }
        }
    }
}
