using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// A function of two tensors of 8-bit integers that are broadcast to each other, in ONNX Runtime's domain (com.microsoft). Inputs: A, its
/// scale and zero point; B, its scale and zero point; scale and zero point of the result. All are of one type, int8 or uint8. The same bits
/// as ONNX Runtime.
/// </summary>
abstract record QLinearBinary : Operator, ISplitOperator
{
    internal override IntegerUse IntegerUse => IntegerUse.Computes;

    public sealed override int RequiredInputs => 7;

    public sealed override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        StepWidth.Check(inputs[0], inputs[1], inputs.Optional(2), "A");
        StepWidth.Check(inputs[3], inputs[4], inputs.Optional(5), "B");
        StepWidth.Check(inputs[0], inputs[6], inputs.Optional(7), "the result");
        inputs.RequireSameType(0, 3);
        return [new(inputs[0].Type, Shape.Broadcast(inputs[0].Shape, inputs[3].Shape))];
    }

    public sealed override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        RunLines(inputs, outputs, 0, LinesOf(inputs, outputs));

    public int LinesOf(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        IsSplit(inputs) ? (outputs[0].Length + LineLength - 1) / LineLength : 1;

    public long WorkOfLine(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => LineLength;

    public unsafe void RunLines(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs, int first, int end)
    {
        var (a, b, result) = (inputs[0], inputs[3], outputs[0]);
        var arithmetic = Arithmetic(inputs);
        if (IsSplit(inputs))
        {
            var (start, stop) = (first * LineLength, (int)Math.Min((long)end * LineLength, result.Length));
            arithmetic.Run(Start(a) + start, Start(b) + start, Start(result) + start, stop - start);
            return;
        }
        if (a.Shape == result.Shape ? IsRepeated(b, result.Shape) : b.Shape == result.Shape && IsRepeated(a, result.Shape))
        {
            RunRepeating(arithmetic, a, b, result);
            return;
        }
        using var left = new Scratch<byte>(a.Shape == result.Shape ? 0 : result.Length);
        using var right = new Scratch<byte>(b.Shape == result.Shape ? 0 : result.Length);
        if (a.Shape != result.Shape) Repeat(a, result.Shape, left.Span);
        if (b.Shape != result.Shape) Repeat(b, result.Shape, right.Span);
        arithmetic.Run(a.Shape == result.Shape ? Start(a) : left.Pointer, b.Shape == result.Shape ? Start(b)
            : right.Pointer, Start(result), result.Length);
    }

    internal sealed override Operator PreparedFor(ReadOnlySpan<TensorInfo> inputs) =>
        inputs[1..3].AreKnown(0) && inputs[4..].AreKnown(0) ? this with { Prepared = Create(Known(inputs)) } : this;

    /// <summary>What is computed, where scales and zero points are known beforehand.</summary>
    internal IByteArithmetic? Prepared { get; init; }

    /// <summary>The function for these scales and zero points.</summary>
    internal abstract IByteArithmetic Create(in Parameters parameters);

    /// <summary>Scales and zero points of the operands and of the result.</summary>
    internal readonly record struct Parameters(StepWidth A, StepWidth B, StepWidth Result);

    const int LineLength = 4096;

    IByteArithmetic Arithmetic(ReadOnlySpan<Tensor> inputs) => Prepared ?? Create(new(
        StepWidth.Of(inputs[1], inputs.Optional(2), inputs[0].Type), StepWidth.Of(inputs[4], inputs.Optional(5), inputs[0].Type),
        StepWidth.Of(inputs[6], inputs.Optional(7), inputs[0].Type)));

    static Parameters Known(ReadOnlySpan<TensorInfo> inputs) => new(
        StepWidth.Of(inputs[1].Value!, inputs.Optional(2)?.Value, inputs[0].Type),
            StepWidth.Of(inputs[4].Value!, inputs.Optional(5)?.Value, inputs[0].Type),
        StepWidth.Of(inputs[6].Value!, inputs.Optional(7)?.Value, inputs[0].Type));

    static bool IsSplit(ReadOnlySpan<Tensor> inputs) => inputs[0].Shape == inputs[3].Shape;

    static unsafe byte* Start(Tensor tensor) => tensor.BytePointer();

    /// <summary>Whether an operand begins again after its last element, throughout a result.</summary>
    static bool IsRepeated(Tensor operand, Shape result)
    {
        var (axis, shift, period) = (operand.Shape.Rank - 1, result.Rank - operand.Shape.Rank, 1);
        for (; axis >= 0 && operand.Shape[axis] == result[axis + shift]; axis--) period *= operand.Shape[axis];
        return period == operand.Length && period > 0;
    }

    /// <summary>One operand is as long as the result; of the other, some repetitions lie side by side.</summary>
    static unsafe void RunRepeating(IByteArithmetic arithmetic, Tensor a, Tensor b, Tensor result)
    {
        var repeatsSecond = a.Shape == result.Shape;
        var period = repeatsSecond ? b : a;
        var part = period.Length * Math.Max(1, LineLength / period.Length);
        using var repeated = new Scratch<byte>(part);
        for (var i = 0; i < part; i += period.Length) period.Bytes.CopyTo(repeated.Span[i..]);
        for (var i = 0; i < result.Length; i += part)
        {
            arithmetic.Run(repeatsSecond ? Start(a) + i : repeated.Pointer, repeatsSecond ? repeated.Pointer : Start(b) + i,
                Start(result) + i, Math.Min(part, result.Length - i));
        }
    }

    /// <summary>Repeats elements along the axes along which they are broadcast.</summary>
    static void Repeat(Tensor tensor, Shape shape, Span<byte> repeated)
    {
        var (rank, shift) = (shape.Rank, shape.Rank - tensor.Shape.Rank);
        Span<int> strides = stackalloc int[rank];
        for (int axis = rank - 1, stride = 1; axis >= shift; axis--)
        {
            strides[axis] = tensor.Shape[axis - shift] == 1 ? 0 : stride;
            stride *= tensor.Shape[axis - shift];
        }
        var bytes = tensor.Bytes;
        var (width, step) = rank == 0 ? (1, 0) : (shape[^1], strides[^1]);
        for (var start = 0; start < repeated.Length; start += width)
        {
            var (place, rest) = (0, start / width);
            for (var axis = rank - 2; axis >= 0; axis--)
            {
                (rest, var index) = Math.DivRem(rest, shape[axis]);
                place += index * strides[axis];
            }
            if (step == 0) repeated.Slice(start, width).Fill(bytes[place]);
            else bytes.Slice(place, width).CopyTo(repeated[start..]);
        }
    }
}

/// <summary>ONNX Runtime's <c>QLinearAdd</c>: see <see cref="ByteSum"/> for the arithmetic.</summary>
sealed record QLinearAdd : QLinearBinary
{
    public static QLinearAdd From(Attributes attributes) => new();

    internal override RealForm? InReals => new("Add", OperandOrder.OutputLast, Tensors: 2);

    internal override IByteArithmetic Create(in Parameters parameters)
    {
        var (a, b, result) = (parameters.A, parameters.B, parameters.Result);
        return new ByteArithmetic<ByteSum>(
            new(a.Scale / result.Scale, a.ZeroPoint, b.Scale / result.Scale, b.ZeroPoint, result.ZeroPoint), result.IsSigned);
    }
}

/// <summary>ONNX Runtime's <c>QLinearMul</c>: see <see cref="ByteProduct"/> for the arithmetic.</summary>
sealed record QLinearMul : QLinearBinary
{
    public static QLinearMul From(Attributes attributes) => new();

    internal override RealForm? InReals => new("Mul", OperandOrder.OutputLast, Tensors: 2);

    internal override IByteArithmetic Create(in Parameters parameters)
    {
        var (a, b, result) = (parameters.A, parameters.B, parameters.Result);
        return new ByteArithmetic<ByteProduct>(new(a.ZeroPoint, b.ZeroPoint, a.Scale * b.Scale / result.Scale, result.ZeroPoint),
            result.IsSigned);
    }
}
