using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// Runs operators on float16 and bfloat16: operands become float32, the operator computes with those, and the results are rounded once.
/// So no operator needs a version of its own for these types, and results are at least as exact as arithmetic in 16 bits.
/// </summary>
static class ReducedPrecision
{
    /// <summary>Runs the operator on operands of any type.</summary>
    public static void Run(Operator @operator, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        if (@operator.TakesReducedPrecision || !(HoldAny(inputs) || HoldAny(outputs))) @operator.Run(inputs, outputs);
        else RunInFloat32(@operator, inputs, outputs);
    }

    static void RunInFloat32(Operator @operator, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var wideInputs = inputs.ToArray();
        var wideOutputs = outputs.ToArray();
        foreach (ref var input in wideInputs.AsSpan())
        {
            if (!IsReduced(input)) continue;
            var wide = new Tensor(DataType.Float32, input.Shape);
            TypeConversion.Convert(input, wide);
            input = wide;
        }
        foreach (ref var output in wideOutputs.AsSpan())
        {
            if (IsReduced(output)) output = new Tensor(DataType.Float32, output.Shape);
        }
        @operator.Run(wideInputs, wideOutputs);
        foreach (var (narrow, wide) in outputs.ToArray().Zip(wideOutputs))
        {
            if (narrow is not null && narrow != wide) TypeConversion.Convert(wide, narrow);
        }
    }

    static bool HoldAny(ReadOnlySpan<Tensor> operands)
    {
        foreach (var operand in operands)
        {
            if (IsReduced(operand)) return true;
        }
        return false;
    }

    static bool IsReduced(Tensor? operand) => operand is { Type: DataType.Float16 or DataType.BFloat16 };
}
