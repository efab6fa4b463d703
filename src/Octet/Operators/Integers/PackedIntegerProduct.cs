using System.Runtime.InteropServices;
using Octet.Kernels;
using Octet.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Octet.Operators;

/// <summary>
/// A product with a constant matrix of 8-bit integers that is packed beforehand, […, depth] to […, columns]: 8-bit integers, their int32
/// sums, or the real values of the sums.
/// </summary>
/// <param name="Matrix">The packed matrix.</param>
/// <param name="Type">Type of the output: int8, uint8, int32, or float32 with <see cref="SumScales"/>.</param>
sealed record PackedIntegerProduct(PackedIntegerMatrix Matrix, DataType Type) : Operator, ISplitOperator
{
    /// <summary>Where the real values of sums are wanted: the width of a step of a sum, for each column.</summary>
    public float[] SumScales { get; init; } = [];

    /// <summary>The sum of the weights of each column, where the zero point of the data is known only in the run, as the third input: the
    /// sums are those from zero, less zero point times these. Empty where the matrix holds the zero point.</summary>
    public int[] ColumnSums { get; init; } = [];

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) => [new(Type, [.. inputs[0].Shape[..^1], Matrix.Columns])];

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        RunLines(inputs, outputs, 0, LinesOf(inputs, outputs));

    public int LinesOf(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => inputs[0].Shape.LengthOf(0, inputs[0].Shape.Rank - 1);

    public long WorkOfLine(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => (long)Matrix.TapDepth * Matrix.Columns;

    public unsafe void RunLines(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs, int first, int end)
    {
        var x = inputs[0].BytePointer() + (nint)first * Matrix.TapDepth;
        if (Type == DataType.Int32)
        {
            var sums = outputs[0].Pointer<int>() + (nint)first * Matrix.Columns;
            IntegerGemm.MultiplyToSums(x, Matrix, sums, end - first);
            if (ColumnSums.Length > 0) MoveToZeroPoint(sums, end - first, IntegerOperand.ZeroPoint(inputs[2]));
        }
        else if (Type == DataType.Float32) RunToReals(x, outputs[0].Pointer<float>() + (nint)first * Matrix.Columns, end - first);
        else IntegerGemm.Multiply(x, Matrix, outputs[0].BytePointer() + (nint)first * Matrix.Columns, end - first);
    }

    unsafe void MoveToZeroPoint(int* sums, int rows, int zeroPoint)
    {
        if (zeroPoint == 0) return;
        for (var row = 0; row < rows; row++)
        {
            var line = new Span<int>(sums + (nint)row * Matrix.Columns, Matrix.Columns);
            TensorPrimitives.MultiplyAdd(ColumnSums, -zeroPoint, line, line);
        }
    }

    /// <summary>The sums take the memory of the real values, as wide as they are, until they become these.</summary>
    unsafe void RunToReals(byte* x, float* y, int rows)
    {
        IntegerGemm.MultiplyToSums(x, Matrix, (int*)y, rows);
        for (var row = 0; row < rows; row++)
        {
            var reals = new Span<float>(y + (nint)row * Matrix.Columns, Matrix.Columns);
            TensorPrimitives.ConvertTruncating<int, float>(MemoryMarshal.Cast<float, int>(reals), reals);
            TensorPrimitives.Multiply(reals, SumScales, reals);
        }
    }
}

static class ByteTensors
{
    /// <summary>The first byte of a tensor of int8 or uint8.</summary>
    public static unsafe byte* BytePointer(this Tensor tensor) =>
        tensor.Type == DataType.Int8 ? (byte*)tensor.Pointer<sbyte>() : tensor.Pointer<byte>();
}
