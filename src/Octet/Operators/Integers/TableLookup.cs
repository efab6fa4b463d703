using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>A function of one 8-bit integer by a table, for any shape.</summary>
/// <param name="Table">The results.</param>
/// <param name="Type">Their type: int8 or uint8.</param>
sealed record TableLookup(ByteTable Table, DataType Type) : Operator, ISplitOperator
{
    const int LineLength = 16 * 1024;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        inputs.RequireType(0, DataType.UInt8, DataType.Int8);
        return [new(Type, inputs[0].Shape)];
    }

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => Table.Map(inputs[0].Bytes, outputs[0].Bytes);

    public int LinesOf(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => (outputs[0].Length + LineLength - 1) / LineLength;

    public long WorkOfLine(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => LineLength;

    public void RunLines(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs, int first, int end)
    {
        var (start, stop) = (first * LineLength, (int)Math.Min((long)end * LineLength, outputs[0].Length));
        Table.Map(inputs[0].Bytes[start..stop], outputs[0].Bytes[start..stop]);
    }

    /// <summary>Every byte, as a tensor of 256 integers.</summary>
    public static Tensor AllIntegers(DataType type)
    {
        var all = new Tensor(type, [256]);
        for (var i = 0; i < 256; i++) all.Bytes[i] = (byte)i;
        return all;
    }
}
