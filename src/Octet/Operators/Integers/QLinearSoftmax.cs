using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// ONNX Runtime's <c>QLinearSoftmax</c> (com.microsoft): <c>e^x / Σ e^x</c> of the real values of 8-bit integers, rounded to 8-bit
/// integers.
/// </summary>
/// <remarks>Inputs: x, its scale and zero point, scale and zero point of the result. The zero point of x cancels out.</remarks>
/// <param name="Axis">The axis along which results add up to 1, or before opset 13 the first of several.</param>
/// <param name="SpansAxes">Whether <paramref name="Axis"/> is the first of the axes that are taken together.</param>
sealed record QLinearSoftmax(long Axis, bool SpansAxes) : Operator
{
    const int FirstOpsetOfOneAxis = 13;

    public static QLinearSoftmax From(Attributes attributes) =>
        new(attributes.Int("axis", fallback: -1), attributes.Int("opset", fallback: FirstOpsetOfOneAxis) < FirstOpsetOfOneAxis);

    internal override IntegerUse IntegerUse => IntegerUse.Computes;

    internal override RealForm? InReals => SpansAxes && Axis != -1 ? null : new("Softmax", OperandOrder.OutputLast, Tensors: 1)
    {
        AttributesOf = static attributes => attributes.Without("opset"),
    };

    public override int RequiredInputs => 4;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        StepWidth.Check(inputs[0], inputs[1], inputs.Optional(2), "the input");
        StepWidth.Check(inputs[0], inputs[3], inputs.Optional(4), "the result");
        _ = inputs[0].Shape.NormalizeAxis(Axis);
        return [new(inputs[0].Type, inputs[0].Shape)];
    }

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var (x, shape) = (inputs[0], inputs[0].Shape);
        var axis = shape.NormalizeAxis(Axis);
        var (count, inner) = SpansAxes ? (shape.LengthOf(axis, shape.Rank), 1) : (shape[axis], shape.LengthOf(axis + 1, shape.Rank));
        var (from, to) = (StepWidth.Of(inputs[1], inputs.Optional(2), x.Type), StepWidth.Of(inputs[3], inputs.Optional(4), x.Type));
        Span<double> powers = stackalloc double[256];
        for (var steps = 0; steps < powers.Length; steps++) powers[steps] = Math.Exp(-steps * (double)from.Scale);

        var rows = count == 0 ? 0 : x.Length / count;
        for (var row = 0; row < rows; row++)
        {
            var start = row / inner * inner * count + row % inner;
            var greatest = int.MinValue;
            for (var i = 0; i < count; i++) greatest = Math.Max(greatest, At(x, start + i * inner));
            var sum = 0.0;
            for (var i = 0; i < count; i++) sum += powers[greatest - At(x, start + i * inner)];
            for (var i = 0; i < count; i++)
            {
                var share = powers[greatest - At(x, start + i * inner)] / sum;
                outputs[0].Bytes[start + i * inner] = to.Integer((float)share);
            }
        }
    }

    static int At(Tensor x, int index) => x.Type == DataType.Int8 ? (sbyte)x.Bytes[index] : x.Bytes[index];
}
