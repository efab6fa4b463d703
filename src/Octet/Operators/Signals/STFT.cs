using System.Numerics;
using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// ONNX <c>STFT</c>, since opset 17: the Fourier transforms of windows that move along signals [batch, length, 1 or 2]; the result is
/// [batch, frames, frequencies, 2].
/// </summary>
/// <remarks>Inputs: signal, step between frames, window? [frame], length of a frame? (that of the window if left out).</remarks>
sealed record STFT(bool IsOneSided) : NumericOperator
{
    public static STFT From(Attributes attributes) => new(attributes.Flag("onesided", fallback: true));

    public override int RequiredInputs => 2;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        var (type, shape) = (inputs[0].Type, inputs[0].Shape);
        if (!type.IsFloat) throw OperatorException.UnsupportedType(type);
        inputs.RequireSameType(0, 2);
        if (shape.Rank is not (2 or 3) || (shape.Rank == 3 && shape[2] is not (1 or 2)))
        {
            throw new ShapeException($"signals [batch, length, 1 or 2] are expected, but the shape is {shape}");
        }
        if (!inputs.IsKnown(1) || !inputs.IsKnown(3)) return [new(type, Shape.Unknown)];

        var (step, frame) = Frames(shape, inputs[1].Value!, inputs.Optional(2)?.Shape, inputs.Optional(3)?.Value);
        return [new(type, [shape[0], (shape[1] - frame) / step + 1, IsOneSided ? frame / 2 + 1 : frame, 2])];
    }

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var (shape, result) = (inputs[0].Shape, outputs[0].Shape);
        if (result.Length == 0) return;

        var (step, frame) = Frames(shape, inputs[1], inputs.Optional(2)?.Shape, inputs.Optional(3));
        var transform = new FourierTransform(frame);
        var signal = new Complex[frame];
        var parts = shape.Rank == 3 ? shape[2] : 1;
        for (var i = 0; i < result[0] * result[1]; i++)
        {
            var (batch, start) = (i / result[1], i % result[1] * step);
            DFT.Read<T>(inputs[0].AsSpan<T>()[((batch * shape[1] + start) * parts)..], signal, parts, parts);
            if (inputs.Optional(2) is { } window)
            {
                for (var j = 0; j < frame; j++) signal[j] *= double.CreateTruncating(window.AsSpan<T>()[j]);
            }
            transform.Forward(signal);
            DFT.Write(signal.AsSpan(0, result[2]), outputs[0].AsSpan<T>()[(i * result[2] * 2)..], 2, 2);
        }
    }

    static (int Step, int Frame) Frames(Shape signal, Tensor step, Shape? window, Tensor? frame)
    {
        var length = frame?.Integer() ?? window?.Length ?? throw new OperatorException("either a window or a frame length must be given");
        if (step.Integer() is < 1 or > int.MaxValue)
            throw new OperatorException($"the step between frames is {step.Integer()}; it lies between 1 and {int.MaxValue}");
        if (length < 1 || length > signal[1] || length > DFT.LongestSignal || (window is { } given && given != [(int)length]))
        {
            throw new ShapeException($"frames of {length} and a window of shape {window} do not match each other or signals "
                + $"of {signal[1]}");
        }
        return ((int)step.Integer(), (int)length);
    }
}
