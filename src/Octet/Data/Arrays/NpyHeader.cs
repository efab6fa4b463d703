using System.Buffers.Binary;
using System.Text;
using Octet.Tensors;

namespace Octet.Data.Arrays;

/// <summary>What an <c>.npy</c> file says about its array before the elements begin.</summary>
/// <param name="Type">Of the elements.</param>
/// <param name="IsBigEndian">Whether the first byte of an element is the most significant.</param>
/// <param name="Extents">Outermost dimension first; their product may exceed what one tensor can hold.</param>
/// <param name="IsColumnMajor">Whether the first dimension varies fastest (Fortran order).</param>
/// <param name="DataOffset">Where the elements begin, in bytes from the start of the file.</param>
/// <remarks>Source: numpy enhancement proposal 1 (NEP 1) for 1.0 and 2.0; 3.0 differs in that the text is UTF-8.</remarks>
sealed record NpyHeader(DataType Type, bool IsBigEndian, bool IsColumnMajor, IReadOnlyList<long> Extents, int DataOffset)
{
    const int MaxTextBytes = 1 << 16;
    const int Alignment = 64;

    static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>The number of elements, or <see cref="long.MaxValue"/> if it is larger.</summary>
    public long Count
    {
        get
        {
            if (Extents.Contains(0)) return 0;
            var count = Extents.Aggregate((Int128)1, (product, extent) => Int128.Min(product * extent, long.MaxValue));
            return (long)count;
        }
    }

    /// <summary>The bytes that the elements take, or <see cref="long.MaxValue"/> if it is more.</summary>
    public long ByteCount => (long)Int128.Min((Int128)Count * Type.Size, long.MaxValue);

    /// <summary><c>float32 [3, 4]</c>.</summary>
    public override string ToString() => $"{Type.DisplayName} [{string.Join(", ", Extents)}]";

    /// <summary>Reads up to the first element.</summary>
    /// <exception cref="ArrayFileException">This is no array file, or it holds something else than numbers.</exception>
    public static NpyHeader Read(Stream stream, string file)
    {
        Span<byte> start = stackalloc byte[12];
        if (stream.ReadAtLeast(start[..8], 8, throwOnEndOfStream: false) < 8 || !start.StartsWith(Magic))
        {
            throw new ArrayFileException(file, "is no array file: it does not begin with the signature of the .npy format");
        }

        var version = start[6];
        if (version is < 1 or > 3)
            throw new ArrayFileException(file, $"has version {version}.{start[7]} of the .npy format; Octet reads 1.0, 2.0 and 3.0");

        var lengthBytes = version == 1 ? 2 : 4;
        if (stream.ReadAtLeast(start.Slice(8, lengthBytes), lengthBytes, throwOnEndOfStream: false) < lengthBytes) throw Truncated(file);
        var length = version == 1
            ? BinaryPrimitives.ReadUInt16LittleEndian(start[8..]) : BinaryPrimitives.ReadUInt32LittleEndian(start[8..]);
        if (length > MaxTextBytes)
            throw new ArrayFileException(file,
                $"has a header of {length} bytes; more than {MaxTextBytes} are not plausible for an array of numbers");

        var text = new byte[length];
        if (stream.ReadAtLeast(text, text.Length, throwOnEndOfStream: false) < text.Length) throw Truncated(file);
        try
        {
            return NpyHeaderText.Parse(Encoding.UTF8.GetString(text)) with { DataOffset = 8 + lengthBytes + text.Length };
        }
        catch (FormatException problem)
        {
            throw new ArrayFileException(file, problem.Message, problem);
        }
    }

    /// <summary>Writes the header of a row-major, little-endian array in version 1.0.</summary>
    /// <exception cref="ArrayFileException">numpy has no type for these elements.</exception>
    public static void Write(Stream stream, DataType type, Shape shape, string file)
    {
        var code = NpyHeaderText.CodeOf(type)
            ?? throw new ArrayFileException(file,
                $"cannot be written: numpy has no type for {type.DisplayName}; cast the values to another type first");
        var order = type.Size == 1 ? '|' : '<';
        var extents = shape.Rank == 1 ? $"{shape[0]}," : string.Join(", ", shape.Dimensions.ToArray());
        var text = $"{{'descr': '{order}{code}', 'fortran_order': False, 'shape': ({extents}), }}";

        const int startLength = 10;
        var length = (startLength + text.Length + 1 + Alignment - 1) / Alignment * Alignment - startLength;
        Span<byte> start = stackalloc byte[startLength];
        Magic.CopyTo(start);
        (start[6], start[7]) = (1, 0);
        BinaryPrimitives.WriteUInt16LittleEndian(start[8..], (ushort)length);
        stream.Write(start);
        stream.Write(Encoding.ASCII.GetBytes(text.PadRight(length - 1) + '\n'));
    }

    static ArrayFileException Truncated(string file) => new(file, "is truncated: it ends within its header");
}
