using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// ONNX Runtime's <c>MatMulNBits</c> (com.microsoft): the product with a matrix of 4-bit integers in blocks,
/// <c>y[…, n] = Σₖ a[…, k] · (b[n, k] − zero[n, k / block]) · scale[n, k / block] + bias[n]</c>.
/// </summary>
/// <remarks>
/// Inputs: A […, K]; B uint8 [N, blocks, block / 2], the first integer in the low bits; scales [N, blocks]; optionally zero points, packed
/// as B is, [N, (blocks + 1) / 2] bytes, else 8; then no g_idx; optionally a bias [N]. The sums are those of floats at every
/// <c>accuracy_level</c>, which allows less. float32; float16 and bfloat16 by way of it.
/// </remarks>
sealed record MatMulNBits(int Depth, int Columns, int BlockSize) : Operator
{
    internal const int Integers = 1, Scales = 2, ZeroPoints = 3, GroupIndex = 4, Bias = 5;

    public static MatMulNBits From(Attributes attributes)
    {
        if (attributes.Int("bits", fallback: 4) is not 4 and var bits) throw AttributeException.BadValue("bits", bits, "4");
        var block = attributes.Int("block_size");
        if (block is < 16 or > 256 || (block & block - 1) != 0)
            throw AttributeException.BadValue("block_size", block, "16, 32, 64, 128 and 256");
        if (attributes.Flag("weight_prepacked"))
            throw AttributeException.BadValue("weight_prepacked", attributes.Int("weight_prepacked"), "0");
        return new(Extent(attributes, "K"), Extent(attributes, "N"), (int)block);
    }

    static int Extent(Attributes attributes, string name) => attributes.Int(name) switch
    {
        > 0 and <= int.MaxValue / 2 and var extent => (int)extent,
        var extent => throw AttributeException.BadValue(name, extent, "1 and above"),
    };

    int Blocks => (Depth + BlockSize - 1) / BlockSize;

    internal override IntegerUse IntegerUse => IntegerUse.Reads;

    public override long? MacsOf(ReadOnlySpan<TensorInfo> inputs, ReadOnlySpan<TensorInfo> outputs) =>
        (long)Depth * outputs[0].Shape.Length;

    public override int RequiredInputs => 3;

    public override int MaxInputs => 6;

    internal override void CheckConstants(ReadOnlySpan<TensorInfo?> inputs)
    {
        Check(Operand(inputs, Integers), "B", DataType.UInt8, (long)Columns * Blocks * (BlockSize / 2));
        Check(Operand(inputs, Scales), "scales", null, (long)Columns * Blocks);
        Check(Operand(inputs, ZeroPoints), "zero_points", DataType.UInt8, (long)Columns * ((Blocks + 1) / 2));
        Check(Operand(inputs, Bias), "bias", null, Columns);
        if (Operand(inputs, GroupIndex) is not null)
            throw new OperatorException("g_idx (input 4) is not supported; write the model with blocks in the order of the depth");
    }

    static TensorInfo? Operand(ReadOnlySpan<TensorInfo?> inputs, int index) => index < inputs.Length ? inputs[index] : null;

    static void Check(TensorInfo? operand, string name, DataType? type, long length)
    {
        if (operand is null) return;
        if (type is { } wanted && operand.Type != wanted)
            throw new OperatorException($"{name} is {operand.Type.DisplayName}; allowed: {wanted.DisplayName}");
        if (operand.Shape.IsKnown && operand.Shape.Length != length)
            throw new ShapeException($"{name} of shape {operand.Shape} has {operand.Shape.Length} elements, but K, N and block_size "
                + $"ask for {length}");
    }

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        inputs.RequireType(0, DataType.Float32, DataType.Float16, DataType.BFloat16);
        inputs.RequireSameType(0, Scales, Bias);
        var shape = inputs[0].Shape;
        if (shape.Rank == 0 || shape[^1] != Depth)
            throw new ShapeException($"A of shape {shape} has rows of other lengths than K = {Depth}");
        CheckConstants(inputs!);
        return [new(inputs[0].Type, [.. shape[..^1], Columns])];
    }

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        // Packed anew: what is no constant may lie in the same tensor with other elements in the next run.
        var zeroPoints = inputs.Optional(ZeroPoints);
        var matrix = new NibbleMatrix(
            Depth, Columns, BlockSize, inputs[Integers].Bytes, inputs[Scales].Floats, zeroPoints is null ? [] : zeroPoints.Bytes);
        new PackedNibbleProduct(matrix).Run([inputs[0], inputs.Optional(Bias)!], outputs);
    }

    internal override Operator PreparedFor(ReadOnlySpan<TensorInfo> inputs)
    {
        if (inputs[0].Type != DataType.Float32 || inputs[Integers].Value is not { } integers || inputs[Scales].Value is not { } scales
                || inputs.Optional(ZeroPoints) is { Value: null })
            return this;
        var matrix = NibbleMatrix.SharedOf(Depth, Columns, BlockSize, integers, scales, inputs.Optional(ZeroPoints)?.Value);
        return new PackedNibbleProduct(matrix) { BiasInput = Bias };
    }
}

/// <summary>A product with a constant matrix of 4-bit integers, packed beforehand: […, depth] to […, columns].</summary>
/// <param name="Matrix">The packed matrix.</param>
sealed record PackedNibbleProduct(NibbleMatrix Matrix) : Operator, ISplitOperator
{
    /// <summary>The input with the bias, where there is one.</summary>
    public int BiasInput { get; init; } = 1;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) =>
        [new(DataType.Float32, [.. inputs[0].Shape[..^1], Matrix.Columns])];

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        RunLines(inputs, outputs, 0, LinesOf(inputs, outputs));

    /// <summary>Lines are groups of columns: a single row is shared by several threads too.</summary>
    public int LinesOf(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => Matrix.Groups;

    public long WorkOfLine(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        (long)inputs[0].Length * NibbleMatrix.GroupColumns;

    public unsafe void RunLines(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs, int first, int end)
    {
        var bias = inputs.Optional(BiasInput);
        NibbleProduct.Multiply(
            inputs[0].Pointer<float>(), Matrix, bias is null ? null : bias.Pointer<float>(), outputs[0].Pointer<float>(),
            inputs[0].Length / Matrix.Depth, first, end, Simd.Current);
        GC.KeepAlive(Matrix);
    }
}
