namespace Octet.Data.Images;

/// <summary>Walks the segments of a JPEG without decoding it: a decoder that is lenient takes a progressive file of which half is missing
/// for whole.</summary>
/// <remarks>Source: ITU-T T.81, annex B.</remarks>
static class JpegStructure
{
    const byte StartOfScan = 0xDA;
    const byte EndOfImage = 0xD9;

    /// <summary>Each costs the time of a whole picture; an encoder makes about ten.</summary>
    const int MaxScans = 500;

    /// <exception cref="ImageException">A segment or the end of the picture is missing, or the file has too many scans.</exception>
    public static void Check(ReadOnlySpan<byte> file, string name)
    {
        var scans = 0;
        for (var rest = file[2..]; ;)
        {
            var marker = NextMarker(ref rest, name);
            if (marker == EndOfImage)
            {
                if (scans == 0) throw new ImageException(name, "the JPEG has no pixels");
                return;
            }
            if (marker == StartOfScan && ++scans > MaxScans) throw new ImageException(name, $"the JPEG has more than {MaxScans} scans");
            if (StandsAlone(marker)) continue;

            if (rest.Length < 2) throw Truncated(name);
            var length = (rest[0] << 8) + rest[1];
            if (length < 2) throw new ImageException(name, $"the JPEG is damaged: a segment (marker {marker:X2}) has a length of {length}");
            if (length > rest.Length) throw Truncated(name);
            rest = rest[length..];
        }
    }

    /// <summary>Takes all up to the next marker off the file: compressed data after a scan's header, fill bytes, and bytes that belong to
    /// nothing.</summary>
    static byte NextMarker(ref ReadOnlySpan<byte> rest, string name)
    {
        while (true)
        {
            var start = rest.IndexOf((byte)0xFF);
            if (start < 0 || start + 1 == rest.Length) throw Truncated(name);
            var marker = rest[start + 1];
            // FF FF is a fill byte before a marker; FF 00 a byte of compressed data.
            rest = rest[(start + (marker == 0xFF ? 1 : 2))..];
            if (marker is not (0xFF or 0)) return marker;
        }
    }

    /// <summary>Restarts within compressed data, and markers without content.</summary>
    static bool StandsAlone(byte marker) => marker is (>= 0xD0 and <= 0xD8) or 0x01;

    static ImageException Truncated(string name) => new(name, "the JPEG is truncated: its end is missing");
}
