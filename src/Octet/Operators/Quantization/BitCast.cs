using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>BitCast</c>, since opset 26: the bits of the elements, taken for another type of the same width; for any
/// shape.</summary>
sealed record BitCast(DataType To) : Operator
{
    public static BitCast From(Attributes attributes) => new(attributes.ElementTypeOrNull("to") ?? throw AttributeException.Missing("to"));

    public override bool TakesReducedPrecision => true;

    public override DataType TypeOfOutput(int output, ReadOnlySpan<DataType> inputs) => To;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) =>
        inputs[0].Type.BitsInFile == To.BitsInFile && To.BitsInFile > 0
            ? [new(To, inputs[0].Shape)]
            : throw new OperatorException($"the bits of {inputs[0].Type.DisplayName} cannot be taken for {To.DisplayName}: the "
                + "widths differ");

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        if (To.BitsInFile >= 8) inputs[0].Bytes.CopyTo(outputs[0].Bytes);
        else CopyFewBits(inputs[0].Bytes, outputs[0].Bytes);
    }

    /// <summary>Types of fewer than 8 bits take a byte in memory, whose upper bits repeat the sign if there is one.</summary>
    void CopyFewBits(ReadOnlySpan<byte> x, Span<byte> y)
    {
        var unused = 8 - To.BitsInFile;
        var signed = To is DataType.Int4 or DataType.Int2;
        for (var i = 0; i < x.Length; i++)
        {
            var top = (byte)(x[i] << unused);
            y[i] = signed ? (byte)((sbyte)top >> unused) : (byte)(top >> unused);
        }
    }
}
