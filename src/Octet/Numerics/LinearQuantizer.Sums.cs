using System.Numerics;
using System.Numerics.Tensors;

namespace Octet.Numerics;

public static partial class LinearQuantizer
{
    /// <summary>
    /// The bias as one of the 32-bit integers that products of inputs and weights add up to: <c>roundHalfToEven(bias / scale)</c>,
    /// where <c>scale = float32(inputScale · weightScale)</c> as the exported file holds it. Saturates; see <see cref="FitScaleToBias"/>.
    /// </summary>
    /// <param name="bias">Real value, in the unit of the layer's output.</param>
    /// <param name="inputScale">Width of one step of the layer's input.</param>
    /// <param name="weightScale">Width of one step of the weights, of the channel the bias belongs to.</param>
    public static int QuantizeBias(float bias, float inputScale, float weightScale) =>
        Saturate((double)bias / (inputScale * weightScale), zeroPoint: 0, int.MinValue, int.MaxValue);

    /// <summary>
    /// The weight scale with which a bias loses nothing: the given one, or the least greater one with which the bias takes at most half of
    /// the 32-bit integers, so that the other half is left to the sum of products, and the product of both scales is a normal float.
    /// </summary>
    /// <param name="weightScale">The scale that the weights of a channel ask for. Where they are all but zero it may be tiny, and then the
    /// bias would overflow.</param>
    /// <param name="inputScale">Width of one step of the layer's input; greater than zero.</param>
    /// <param name="bias">Finite, in the unit of the layer's output.</param>
    /// <remarks>
    /// A raised scale costs the weights of that channel nothing that matters: beside a bias of more than 2³⁰ of their steps they are noise.
    /// The result is finite; only where no float is large enough does the bias still saturate.
    /// </remarks>
    public static float FitScaleToBias(float weightScale, float inputScale, float bias)
    {
        const double maxSteps = 1 << 30;
        const float smallestNormal = 1.17549435e-38f;
        var wanted = Math.Max(Math.Abs((double)bias) / maxSteps, smallestNormal) / inputScale;
        var scale = Math.Max(Math.Max(weightScale, smallestNormal), (float)Math.Min(wanted, float.MaxValue));
        // Rounding to float32 may have gone down; the next float up makes good for it, or the one after where two roundings met.
        while (!Fits() && scale < float.MaxValue) scale = MathF.BitIncrement(scale);
        return scale;

        bool Fits() => inputScale * scale is var step && step >= smallestNormal && Math.Abs((double)bias) / step <= maxSteps;
    }

    /// <summary>
    /// A sum of integer products as an integer of the layer's output:
    /// <c>clamp(roundHalfToEven(float32(sum) · multiplier) + zeroPoint, low, high)</c>, the same bits as ONNX Runtime's <c>QLinearConv</c>
    /// and <c>QLinearMatMul</c>.
    /// </summary>
    /// <param name="sum">Products of integers from their zero points, and the bias; in steps of <c>inputScale · weightScale</c>.</param>
    /// <param name="multiplier">See <see cref="ComputeMultiplier"/>.</param>
    /// <param name="zeroPoint">The output's integer for real zero.</param>
    /// <param name="low">Least integer of the output's type.</param>
    /// <param name="high">Greatest integer of the output's type.</param>
    public static int Requantize(int sum, float multiplier, int zeroPoint, int low, int high) =>
        Saturate((float)sum * multiplier, zeroPoint, low, high);

    /// <summary>Sums of integer products as integers of the layer's output; each as the overload for one sum gives it.</summary>
    /// <param name="sums">As above.</param>
    /// <param name="integers">Receives as many integers, of 8 or 16 bits.</param>
    /// <param name="multiplier">See <see cref="ComputeMultiplier"/>.</param>
    /// <param name="zeroPoint">The output's integer for real zero.</param>
    /// <param name="low">Least integer of the output's type.</param>
    /// <param name="high">Greatest integer of the output's type.</param>
    public static void Requantize<T>(ReadOnlySpan<int> sums, Span<T> integers, float multiplier, int zeroPoint, int low, int high)
        where T : unmanaged, IBinaryInteger<T>
    {
        // A step of the output is the unit here, so that nothing but the multiplication is rounded before the rounding to integers.
        Span<float> steps = stackalloc float[512];
        for (var count = 0; !sums.IsEmpty; sums = sums[count..], integers = integers[count..])
        {
            count = Math.Min(steps.Length, sums.Length);
            TensorPrimitives.ConvertTruncating(sums[..count], steps[..count]);
            TensorPrimitives.Multiply(steps[..count], multiplier, steps[..count]);
            Quantize(steps[..count], integers, scale: 1, zeroPoint, low, high);
        }
    }

    /// <summary>Steps of the output for one step of a sum: <c>float32(inputScale · weightScale) / outputScale</c>, in this order, all in
    /// float32.</summary>
    public static float ComputeMultiplier(float inputScale, float weightScale, float outputScale) => inputScale * weightScale / outputScale;
}
