using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// ONNX Runtime's <c>QLinearWhere</c> (com.microsoft): the elements of X where the condition holds, else those of Y, broadcast and in steps
/// of the result.
/// </summary>
/// <remarks>Inputs: the condition, bool; X, its scale and zero point; Y, its scale and zero point; scale and zero point of the
/// result.</remarks>
sealed record QLinearWhere : Operator
{
    public static QLinearWhere From(Attributes attributes) => new();

    internal override IntegerUse IntegerUse => IntegerUse.Computes;

    internal override RealForm? InReals => new("Where", OperandOrder.ConditionFirst, Tensors: 2);

    public override int RequiredInputs => 9;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        inputs.RequireType(0, DataType.Bool);
        StepWidth.Check(inputs[1], inputs[2], inputs[3], "X");
        StepWidth.Check(inputs[4], inputs[5], inputs[6], "Y");
        StepWidth.Check(inputs[1], inputs[7], inputs[8], "the result");
        inputs.RequireSameType(1, 4);
        return new Where().Infer([inputs[0], inputs[1], inputs[4]]);
    }

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var result = StepWidth.Of(inputs[7], inputs[8], outputs[0].Type);
        var x = Converted(inputs[1], StepWidth.Of(inputs[2], inputs[3], inputs[1].Type), result);
        var y = Converted(inputs[4], StepWidth.Of(inputs[5], inputs[6], inputs[4].Type), result);
        new Where().Run([inputs[0], x, y], outputs);
    }

    static Tensor Converted(Tensor integers, StepWidth from, StepWidth to)
    {
        if (from == to) return integers;
        var converted = new Tensor(integers.Type, integers.Shape);
        ByteTables.Between(from, to).Map(integers.Bytes, converted.Bytes);
        return converted;
    }
}
