using System.Numerics;
using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// ONNX <c>DFT</c>: the discrete Fourier transform along one axis of a signal [.., n, .., 1 or 2], whose innermost dimension is the real
/// and, if there are two, the imaginary part. A second input cuts the signal or fills it up with zeros; one-sided spectra hold the n / 2 +
/// 1 values that determine the rest.
/// </summary>
/// <param name="Axis">The axis before opset 20; null where it is the third input (−2 if left out).</param>
/// <param name="IsInverse">Whether the input is a spectrum and the output a signal; a one-sided spectrum gives a real one.</param>
/// <param name="IsOneSided">Whether spectra are one-sided.</param>
sealed record DFT(long? Axis, bool IsInverse, bool IsOneSided) : NumericOperator
{
    /// <summary>The longest signal that is transformed, which takes some hundred megabytes.</summary>
    internal const int LongestSignal = 1 << 22;

    public static DFT From(Attributes attributes) => new(null, attributes.Flag("inverse"), attributes.Flag("onesided"));

    public static DFT FromAxisAttribute(Attributes attributes) =>
        new(attributes.Int("axis", fallback: 1), attributes.Flag("inverse"), attributes.Flag("onesided"));

    bool GivesReal => IsInverse && IsOneSided;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        var (type, shape) = (inputs[0].Type, inputs[0].Shape);
        if (!type.IsFloat) throw OperatorException.UnsupportedType(type);
        if (shape.Rank < 2 || shape[^1] is not (1 or 2))
            throw new ShapeException($"a signal [.., n, .., 1 or 2] is expected, but the shape is {shape}");
        if (!inputs.AreKnown(1)) return [new(type, Shape.Unknown)];

        var axis = AxisOf(shape, inputs.Optional(2)?.Value);
        var length = LengthOf(shape[axis], inputs.Optional(1)?.Value);
        var kept = IsOneSided && !IsInverse ? length / 2 + 1 : length;
        return [new(type, shape.With(axis, kept).With(shape.Rank - 1, GivesReal ? 1 : 2))];
    }

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var (input, output) = (inputs[0], outputs[0]);
        if (output.Length == 0) return;

        var axis = AxisOf(input.Shape, inputs.Optional(2));
        var transform = new FourierTransform(LengthOf(input.Shape[axis], inputs.Optional(1)));
        var signal = new Complex[transform.Length];
        var (parts, resultParts) = (input.Shape[^1], output.Shape[^1]);
        var inner = input.Shape.LengthOf(axis + 1, input.Shape.Rank - 1);
        var (length, resultLength) = (input.Shape[axis], output.Shape[axis]);
        for (var lane = 0; lane < output.Length / (resultLength * resultParts); lane++)
        {
            Read<T>(input.AsSpan<T>()[((lane / inner * length * inner + lane % inner) * parts)..],
                signal.AsSpan(0, Math.Min(length, signal.Length)), inner * parts, parts);
            signal.AsSpan(Math.Min(length, signal.Length)..).Clear();
            if (GivesReal) MirrorSpectrum(signal, Math.Min(length, signal.Length / 2 + 1));
            if (IsInverse) transform.Inverse(signal);
            else transform.Forward(signal);
            Write(signal.AsSpan(0, resultLength),
                output.AsSpan<T>()[((lane / inner * resultLength * inner + lane % inner) * resultParts)..],
                inner * resultParts, resultParts);
        }
    }

    /// <summary>Reads complex numbers of one or two parts that lie <paramref name="step"/> apart.</summary>
    internal static void Read<T>(ReadOnlySpan<T> numbers, Span<Complex> signal, int step, int parts) where T : INumber<T>
    {
        for (var i = 0; i < signal.Length; i++)
        {
            signal[i] = new(double.CreateTruncating(numbers[i * step]), parts == 2 ? double.CreateTruncating(numbers[i * step + 1]) : 0);
        }
    }

    internal static void Write<T>(ReadOnlySpan<Complex> signal, Span<T> numbers, int step, int parts) where T : INumber<T>
    {
        for (var i = 0; i < signal.Length; i++)
        {
            numbers[i * step] = T.CreateTruncating(signal[i].Real);
            if (parts == 2) numbers[i * step + 1] = T.CreateTruncating(signal[i].Imaginary);
        }
    }

    /// <summary>Completes the spectrum of a real signal from its first values.</summary>
    static void MirrorSpectrum(Complex[] spectrum, int known)
    {
        spectrum.AsSpan(known).Clear();
        for (var i = 1; i < known && i <= (spectrum.Length - 1) / 2; i++) spectrum[^i] = Complex.Conjugate(spectrum[i]);
    }

    int AxisOf(Shape shape, Tensor? input)
    {
        var axis = shape.NormalizeAxis(Axis ?? input?.Integer() ?? -2);
        return axis < shape.Rank - 1
            ? axis : throw new ShapeException($"axis {axis} of shape {shape} holds real and imaginary parts, and cannot be transformed");
    }

    int LengthOf(int extent, Tensor? wanted) =>
        (wanted?.Integer() ?? (GivesReal ? 2L * (extent - 1) : extent)) is >= 1 and <= LongestSignal and var length
        ? (int)length
        : throw new ShapeException($"signals of {wanted?.Integer() ?? extent} cannot be transformed; their length lies between 1 "
            + $"and {LongestSignal}");
}
