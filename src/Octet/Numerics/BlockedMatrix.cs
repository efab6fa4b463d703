namespace Octet.Numerics;

/// <summary>A matrix [rows, depth] of 4-bit integers in blocks along the depth: <c>real = scale · (integer − zero point)</c>, both
/// 0..15.</summary>
sealed class BlockedMatrix
{
    /// <summary>Greatest integer.</summary>
    public const int High = 15;

    /// <summary>The integer that stands for zero where blocks have no zero points.</summary>
    public const int Middle = 8;

    /// <param name="rows">Outputs.</param>
    /// <param name="depth">Elements of an output.</param>
    /// <param name="spec">How it is divided.</param>
    public BlockedMatrix(int rows, int depth, BlockSpec spec)
    {
        (Rows, Depth, Spec) = (rows, depth, spec);
        Integers = new byte[rows * depth];
        Scales = new float[rows * Blocks];
        ZeroPoints = new byte[rows * Blocks];
        Array.Fill(ZeroPoints, (byte)Middle);
    }

    public int Rows { get; }

    public int Depth { get; }

    public BlockSpec Spec { get; }

    public int Blocks => (Depth + Spec.BlockSize - 1) / Spec.BlockSize;

    /// <summary>[rows, depth], one a byte.</summary>
    public byte[] Integers { get; }

    /// <summary>[rows, blocks]; may be negative.</summary>
    public float[] Scales { get; }

    /// <summary>[rows, blocks], one a byte.</summary>
    public byte[] ZeroPoints { get; }

    /// <summary>The real value of an element.</summary>
    public float this[int row, int column]
    {
        get
        {
            var block = row * Blocks + column / Spec.BlockSize;
            return (Integers[row * Depth + column] - ZeroPoints[block]) * Scales[block];
        }
    }

    /// <summary>[rows, blocks, blockSize / 2], two integers a byte, the first in the low bits; beyond the depth zero points.</summary>
    public byte[] PackedIntegers()
    {
        var bytes = new byte[Rows * Blocks * Spec.BlockSize / 2];
        for (var row = 0; row < Rows; row++)
        {
            for (var k = 0; k < Blocks * Spec.BlockSize; k++)
            {
                var integer = k < Depth ? Integers[row * Depth + k] : ZeroPoints[row * Blocks + k / Spec.BlockSize];
                bytes[(row * Blocks * Spec.BlockSize + k) / 2] |= (byte)(integer << (k % 2 * 4));
            }
        }
        return bytes;
    }

    /// <summary>[rows, (blocks + 1) / 2], two zero points a byte.</summary>
    public byte[] PackedZeroPoints()
    {
        var rowBytes = (Blocks + 1) / 2;
        var bytes = new byte[Rows * rowBytes];
        for (var i = 0; i < ZeroPoints.Length; i++)
            bytes[i / Blocks * rowBytes + i % Blocks / 2] |= (byte)(ZeroPoints[i] << (i % Blocks % 2 * 4));
        return bytes;
    }
}
