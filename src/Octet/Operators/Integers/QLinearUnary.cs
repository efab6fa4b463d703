using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// A function of one tensor of 8-bit integers, in ONNX Runtime's domain (com.microsoft): the function of real numbers between reading
/// integers and making them, worked out once for each of the 256 integers. Inputs: x, its scale and zero point, scale and zero point of the
/// result; zero points may be left out.
/// </summary>
abstract record QLinearUnary : Operator
{
    internal override IntegerUse IntegerUse => IntegerUse.Computes;

    public sealed override int RequiredInputs => 4;

    public sealed override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        StepWidth.Check(inputs[0], inputs[1], inputs.Optional(2), "the input");
        StepWidth.Check(inputs[0], inputs[3], inputs.Optional(4), "the result");
        return [new(inputs[0].Type, inputs[0].Shape)];
    }

    public sealed override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var type = inputs[0].Type;
        TableOf(StepWidth.Of(inputs[1], inputs.Optional(2), type), StepWidth.Of(inputs[3], inputs.Optional(4), type)).Map(inputs[0].Bytes,
            outputs[0].Bytes);
    }

    internal sealed override Operator PreparedFor(ReadOnlySpan<TensorInfo> inputs)
    {
        if (!inputs.AreKnown(1)) return this;
        var type = inputs[0].Type;
        return new TableLookup(
            TableOf(StepWidth.Of(inputs[1].Value!, inputs.Optional(2)?.Value, type),
                StepWidth.Of(inputs[3].Value!, inputs.Optional(4)?.Value, type)), type);
    }

    /// <summary>The function of real numbers.</summary>
    private protected abstract UnaryOperator Function { get; }

    ByteTable TableOf(StepWidth x, StepWidth y)
    {
        Span<float> reals = stackalloc float[256];
        Span<byte> results = stackalloc byte[256];
        for (var i = 0; i < 256; i++) reals[i] = x.Real((byte)i);
        Function.MapForTable(reals, reals);
        for (var i = 0; i < 256; i++) results[i] = y.Integer(reals[i]);
        return new(results);
    }
}

/// <summary>ONNX Runtime's <c>QLinearSigmoid</c>.</summary>
sealed record QLinearSigmoid : QLinearUnary
{
    public static QLinearSigmoid From(Attributes attributes) => new();

    internal override RealForm? InReals => new("Sigmoid", OperandOrder.OutputLast, Tensors: 1);

    private protected override UnaryOperator Function => new Sigmoid();
}

/// <summary>ONNX Runtime's <c>QLinearLeakyRelu</c>.</summary>
/// <param name="Alpha">Slope of the negative part.</param>
sealed record QLinearLeakyRelu(float Alpha) : QLinearUnary
{
    public static QLinearLeakyRelu From(Attributes attributes) => new(attributes.Float("alpha", fallback: 0.01f));

    internal override RealForm? InReals => new("LeakyRelu", OperandOrder.OutputLast, Tensors: 1);

    private protected override UnaryOperator Function => new LeakyRelu(Alpha);
}
