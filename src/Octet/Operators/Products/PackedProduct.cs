using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// <see cref="MatMul"/> or <see cref="Gemm"/> with a constant matrix on the right that is packed beforehand, with a bias, and with what follows:
/// […, depth] to […, columns]. Inputs: x, optionally a residual of the output's shape that is added before the activation. float32.
/// </summary>
/// <param name="Matrix">The packed matrix and its bias.</param>
/// <param name="Limits">What the results are limited to.</param>
/// <param name="Activation">Applied to the results; null for none.</param>
sealed record PackedProduct(PackedMatrix Matrix, Limits Limits, FloatMap? Activation) : Operator
{
    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) => [new(DataType.Float32, [.. inputs[0].Shape[..^1], Matrix.Columns])];

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var shape = inputs[0].Shape;
        var residual = inputs.Length > 1 ? inputs[1].Floats : default;
        Kernels.Gemm.Multiply(inputs[0].Floats, Matrix, outputs[0].Floats, shape.LengthOf(0, shape.Rank - 1), Limits, residual, Activation);
    }
}
