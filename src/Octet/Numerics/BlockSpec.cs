namespace Octet.Numerics;

/// <summary>How a matrix becomes integers of 4 bits in blocks along its depth, each with a scale of its own.</summary>
/// <param name="BlockSize">Elements of an output that share a scale: 16, 32, 64, 128 or 256.</param>
/// <param name="HasZeroPoints">Whether each block also has a zero point of its own; without, the middle stands for zero.</param>
public sealed record BlockSpec(int BlockSize = 32, bool HasZeroPoints = true)
{
    /// <summary>The sizes that runtimes take.</summary>
    public static IReadOnlyList<int> Sizes { get; } = [16, 32, 64, 128, 256];

    /// <summary>Elements of an output that share a scale.</summary>
    public int BlockSize
    {
        get;
        init => field = Sizes.Contains(value)
            ? value : throw new ArgumentOutOfRangeException(nameof(BlockSize), value, "must be 16, 32, 64, 128 or 256");
    } = BlockSize;

    /// <summary>The operators that the file has for it.</summary>
    public BlockForm Form { get; init; }

    /// <summary>What an element takes in the file, with its share of scale and zero point.</summary>
    public double BitsOfElement => 4 + (32 + (HasZeroPoints ? 4 : 0)) / (double)BlockSize;
}

/// <summary>How products with matrices in blocks are written.</summary>
public enum BlockForm
{
    /// <summary>As one operator of ONNX Runtime, which multiplies with the integers: MatMulNBits.</summary>
    MatMulNBits,

    /// <summary>In ONNX's own operators: the matrix behind a DequantizeLinear with blocks, of opset 21.</summary>
    DequantizeLinear,
}
