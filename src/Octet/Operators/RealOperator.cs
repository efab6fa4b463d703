using System.Numerics;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>An operator that computes with real numbers: float32 and float64. The first input's type decides.</summary>
abstract record RealOperator : Operator
{
    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        if (inputs[0].Type == DataType.Float32) Run<float>(inputs, outputs);
        else if (inputs[0].Type == DataType.Float64) Run<double>(inputs, outputs);
        else throw OperatorException.UnsupportedType(inputs[0].Type);
    }

    /// <summary>Computes the outputs, with elements of the first input read as <typeparamref name="T"/>.</summary>
    protected abstract void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}
