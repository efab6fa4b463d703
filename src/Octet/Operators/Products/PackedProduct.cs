using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// <see cref="MatMul"/> or <see cref="Gemm"/> with a constant matrix on the right that is packed beforehand, with a bias, and with what
/// follows:
/// […, depth] to […, columns]. Inputs: x, optionally a residual of the output's shape that is added before the activation. float32.
/// </summary>
/// <param name="Matrix">The packed matrix and its bias.</param>
/// <param name="Limits">What the results are limited to.</param>
/// <param name="Activation">Applied to the results; null for none.</param>
sealed record PackedProduct(PackedMatrix Matrix, Limits Limits, FloatMap? Activation) : Operator, ISplitOperator
{
    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) =>
        [new(DataType.Float32, [.. inputs[0].Shape[..^1], Matrix.Columns])];

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        RunLines(inputs, outputs, 0, LinesOf(inputs, outputs));

    public int LinesOf(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => inputs[0].Shape.LengthOf(0, inputs[0].Shape.Rank - 1);

    public long WorkOfLine(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => (long)Matrix.Depth * Matrix.Columns;

    public void RunLines(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs, int first, int end)
    {
        var (from, to, count) = (first * Matrix.Depth, first * Matrix.Columns, end - first);
        var residual = inputs.Length > 1 ? inputs[1].Floats.Slice(to, count * Matrix.Columns) : default;
        Kernels.Gemm.Multiply(
            inputs[0].Floats.Slice(from, count * Matrix.Depth), Matrix, outputs[0].Floats.Slice(to, count * Matrix.Columns), count, Limits,
            residual, Activation);
    }
}
