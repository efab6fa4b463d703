using System.Buffers.Binary;

namespace Octet.Data.Images;

/// <summary>Finds the orientation in an EXIF block as PNG stores it; for the other formats Skia does.</summary>
/// <remarks>Source: TIFF 6.0, section 2 (header, directory of entries of 12 bytes); EXIF 2.32, tag 0x0112.</remarks>
static class ExifOrientation
{
    const ushort Tag = 0x0112;
    const ushort UnsignedShort = 3;
    const int EntryBytes = 12;

    /// <summary>Upright where the block says nothing or is damaged, for a picture can be read without it.</summary>
    public static PictureOrientation Of(ReadOnlySpan<byte> exif)
    {
        if (exif.Length < 8) return PictureOrientation.TopLeft;
        var isLittle = exif.StartsWith("II"u8);
        if (!isLittle && !exif.StartsWith("MM"u8)) return PictureOrientation.TopLeft;

        var directory = isLittle ? BinaryPrimitives.ReadUInt32LittleEndian(exif[4..]) : BinaryPrimitives.ReadUInt32BigEndian(exif[4..]);
        if (directory > exif.Length - 2) return PictureOrientation.TopLeft;
        var entries = exif[((int)directory + 2)..];
        for (var count = Short(exif[(int)directory..]); count > 0 && entries.Length >= EntryBytes; count--, entries = entries[EntryBytes..])
        {
            if (Short(entries) == Tag && Short(entries[2..]) == UnsignedShort && Short(entries[8..]) is >= 1 and <= 8 and var value)
                return (PictureOrientation)value;
        }
        return PictureOrientation.TopLeft;

        ushort Short(ReadOnlySpan<byte> bytes) =>
            isLittle ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);
    }
}
