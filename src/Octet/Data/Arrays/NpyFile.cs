using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Octet.Tensors;

namespace Octet.Data.Arrays;

/// <summary>Single arrays in numpy's <c>.npy</c> format.</summary>
/// <remarks>
/// Reads versions 1.0 to 3.0, either byte order, row-major and column-major, and all types of numbers that numpy and ONNX share.
/// Never reads Python objects. Memory is allocated only after the file was found to be long enough for what it declares.
/// </remarks>
public static class NpyFile
{
    /// <summary>Reads a file into a tensor of its own, in the byte order of this machine and row-major.</summary>
    /// <exception cref="ArrayFileException">The file is absent, no array, truncated, or holds something else than numbers.</exception>
    public static Tensor Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        using var stream = Open(path);
        return Read(stream, path, stream.Length);
    }

    /// <summary>Writes a tensor; the file appears whole or not at all.</summary>
    /// <exception cref="ArrayFileException">numpy has no type for these elements.</exception>
    public static void Write(string path, Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(tensor);
        AtomicFile.Write(path, stream => Write(stream, tensor, path));
    }

    internal static FileStream Open(string path)
    {
        try
        {
            // Checked before opening: opening a pipe waits for its writer.
            if (FileType.IsSpecial(path)) throw new IOException($"it {FileType.Special}.");
            var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16);
            return stream.CanSeek ? stream : throw new IOException("it is a pipe or a device, whose length is not known.");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new ArrayFileException(path, $"cannot be opened: {problem.Message}", problem);
        }
    }

    /// <param name="stream">Stands at the first byte of the format.</param>
    /// <param name="file">For messages.</param>
    /// <param name="available">Bytes in the stream, or more than there can be.</param>
    internal static Tensor Read(Stream stream, string file, long available)
    {
        var header = NpyHeader.Read(stream, file);
        CheckSize(header, file, available);
        try
        {
            var tensor = new Tensor(header.Type, Shape.From([.. header.Extents]));
            stream.ReadExactly(tensor.Bytes);
            return Normalize(tensor, header);
        }
        catch (ShapeException problem)
        {
            throw new ArrayFileException(file, $"holds {header}, which is too large to read at once: {problem.Message}", problem);
        }
        catch (Exception problem) when (problem is IOException or InvalidDataException or NotSupportedException)
        {
            throw new ArrayFileException(file, $"is truncated or damaged: it declares {header}, but its elements end early", problem);
        }
    }

    internal static void Write(Stream stream, Tensor tensor, string file)
    {
        NpyHeader.Write(stream, tensor.Type, tensor.Shape, file);
        stream.Write(tensor.Bytes);
    }

    /// <summary>Checks that what is declared can be there, before memory is allocated for it.</summary>
    internal static void CheckSize(NpyHeader header, string file, long available)
    {
        var present = available - header.DataOffset;
        if (header.ByteCount > present)
            throw new ArrayFileException(file,
                $"is truncated: it declares {header}, "
                + (header.ByteCount < long.MaxValue ? $"{header.ByteCount} bytes" : "more bytes than a file can have")
                + $", but only {present} follow");
    }

    /// <summary>Turns elements as the file holds them into those of the machine: its byte order, row-major, truth values 0 and 1.</summary>
    internal static Tensor Normalize(Tensor tensor, NpyHeader header)
    {
        if (header.IsBigEndian == BitConverter.IsLittleEndian) ReverseBytes(tensor);
        if (tensor.Type == DataType.Bool)
        {
            foreach (ref var value in tensor.Bytes) value = value == 0 ? (byte)0 : (byte)1;
        }
        return header.IsColumnMajor && tensor.Shape.Rank > 1 ? ToRowMajor(tensor) : tensor;
    }

    static void ReverseBytes(Tensor tensor)
    {
        var bytes = tensor.Bytes;
        switch (tensor.Type is DataType.Complex64 or DataType.Complex128 ? tensor.Type.Size / 2 : tensor.Type.Size)
        {
            case 2: Reverse16(MemoryMarshal.Cast<byte, ushort>(bytes)); break;
            case 4: Reverse32(MemoryMarshal.Cast<byte, uint>(bytes)); break;
            case 8: Reverse64(MemoryMarshal.Cast<byte, ulong>(bytes)); break;
        }

        static void Reverse16(Span<ushort> values) => BinaryPrimitives.ReverseEndianness(values, values);
        static void Reverse32(Span<uint> values) => BinaryPrimitives.ReverseEndianness(values, values);
        static void Reverse64(Span<ulong> values) => BinaryPrimitives.ReverseEndianness(values, values);
    }

    static Tensor ToRowMajor(Tensor columnMajor)
    {
        var result = new Tensor(columnMajor.Type, columnMajor.Shape);
        switch (columnMajor.Type.Size)
        {
            case 1: Copy<byte>(columnMajor, result); break;
            case 2: Copy<ushort>(columnMajor, result); break;
            case 4: Copy<uint>(columnMajor, result); break;
            case 8: Copy<ulong>(columnMajor, result); break;
            default: Copy<UInt128>(columnMajor, result); break;
        }
        return result;

        static void Copy<T>(Tensor source, Tensor result) where T : unmanaged
        {
            var from = MemoryMarshal.Cast<byte, T>(source.Bytes);
            var extents = source.Shape.Dimensions;
            var strides = new int[extents.Length];
            for (var (axis, stride) = (0, 1); axis < extents.Length; stride *= extents[axis++]) strides[axis] = stride;

            var position = new int[extents.Length];
            var offset = 0;
            foreach (ref var element in MemoryMarshal.Cast<byte, T>(result.Bytes))
            {
                element = from[offset];
                for (var axis = extents.Length - 1; axis >= 0; axis--)
                {
                    offset += strides[axis];
                    if (++position[axis] < extents[axis]) break;
                    offset -= strides[axis] * extents[axis];
                    position[axis] = 0;
                }
            }
        }
    }
}
