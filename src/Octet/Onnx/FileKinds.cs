using System.Buffers;

namespace Octet.Onnx;

/// <summary>Recognizes files that people take for ONNX models.</summary>
static class FileKinds
{
    /// <summary>Bytes that UTF-8 never has, and control characters other than those of lines, tabs and colours.</summary>
    static readonly SearchValues<byte> NotInText = SearchValues.Create(
        [.. Enumerable.Range(0, 256).Where(value => value is (< 32 and not (9 or 10 or 12 or 13 or 27)) or 127 or 0xc0 or 0xc1 or > 0xf4)
            .Select(value => (byte)value)]);

    /// <summary>What the file is instead, as the rest of a sentence that begins with its name; null if nothing is recognized.</summary>
    public static string? Describe(ReadOnlySpan<byte> bytes) => bytes switch
    {
        _ when bytes.StartsWith("version https://git-lfs"u8) =>
            "is a pointer of Git LFS, not the model itself; fetch it with `git lfs pull`.",
        _ when bytes.StartsWith("PK"u8) => "is a zip archive (perhaps a PyTorch model); export the model to ONNX, or unpack the archive.",
        _ when bytes.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'H', (byte)'D', (byte)'F']) =>
            "is an HDF5 file (perhaps a Keras model); convert it to ONNX.",
        _ when bytes.Length > 8 && bytes[4..8].SequenceEqual("TFL3"u8) => "is a TensorFlow Lite model; convert it to ONNX.",
        _ when bytes.Length > 8 && bytes[4..8].SequenceEqual("ORTM"u8) =>
            "is in ONNX Runtime's own format; use the ONNX model that it was made from.",
        _ when !bytes[..Math.Min(bytes.Length, 512)].ContainsAny(NotInText) => "is a text file, not an ONNX model.",
        _ => null,
    };
}
