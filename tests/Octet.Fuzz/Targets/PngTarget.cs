using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Octet.Data;
using Octet.Fuzz.Mutation;

namespace Octet.Fuzz.Targets;

/// <summary>PNG pictures: their pieces are changed and then signed again, so that more than checksums is looked at.</summary>
sealed class PngTarget : IFuzzTarget
{
    static readonly byte[] Signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

    public string Name => "png";

    public string Ending => ".png";

    public byte[] Seed(Random random) => File(Sound(random));

    public byte[] Mutate(byte[] seed, Random random)
    {
        if (random.Next(4) == 0) return ByteMutator.Mutate(seed, random);
        var chunks = Chunks(seed);
        for (var changes = random.Next(1, 4); changes > 0; changes--) Change(chunks, random);
        return File(chunks);
    }

    public bool Consume(byte[] file, Random random) => PictureTarget.Decode(file, "fuzz.png");

    static byte[] File(IEnumerable<(string Type, byte[] Data)> chunks) =>
        [.. Signature, .. chunks.SelectMany(chunk => Encoded(chunk.Type, chunk.Data))];

    static List<(string Type, byte[] Data)> Chunks(byte[] file)
    {
        var chunks = new List<(string, byte[])>();
        for (var place = Signature.Length; place < file.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(place));
            chunks.Add((Encoding.ASCII.GetString(file, place + 4, 4), file[(place + 8)..(place + 8 + length)]));
            place += 12 + length;
        }
        return chunks;
    }

    static List<(string Type, byte[] Data)> Sound(Random random)
    {
        var (color, depth, bits) =
            random.Pick([(0, 8, 8), (2, 8, 24), (3, 8, 8), (4, 8, 16), (6, 8, 32), (0, 16, 16), (0, 1, 1), (3, 4, 4)]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, 5);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), 4);
        (header[8], header[9]) = ((byte)depth, (byte)color);
        var row = 1 + (5 * bits + 7) / 8;
        var rows = new byte[4 * row];
        // Places in a palette of four colours.
        if (color != 3) random.NextBytes(rows);
        for (var i = 0; i < rows.Length; i += row) rows[i] = (byte)random.Next(color == 3 ? 1 : 5);
        return [("IHDR", header),
            .. color == 3 ? [("PLTE", (byte[])[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])] : Array.Empty<(string, byte[])>(),
            ("IDAT", Deflated(rows)), ("IEND", [])];
    }

    static void Change(List<(string Type, byte[] Data)> chunks, Random random)
    {
        var (one, other) = (random.Next(chunks.Count), random.Next(chunks.Count));
        switch (random.Next(6))
        {
            case 0: chunks.Insert(other, chunks[one]); break;
            case 1 when chunks.Count > 1: chunks.RemoveAt(one); break;
            case 2: (chunks[one], chunks[other]) = (chunks[other], chunks[one]); break;
            case 3: chunks[one] = (random.Pick(["tRNS", "PLTE", "gAMA", "eXIf", "iCCP", "IDAT", "abcd"]), chunks[other].Data); break;
            default: chunks[one] = (chunks[one].Type, ByteMutator.Mutate(chunks[one].Data, random)); break;
        }
    }

    static byte[] Deflated(byte[] content)
    {
        using var stream = new MemoryStream();
        using (var deflating = new ZLibStream(stream, CompressionLevel.Fastest)) deflating.Write(content);
        return stream.ToArray();
    }

    static byte[] Encoded(string type, byte[] data)
    {
        byte[] signed = [.. Encoding.ASCII.GetBytes(type), .. data];
        var chunk = new byte[8 + signed.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        signed.CopyTo(chunk, 4);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(4 + signed.Length), Crc32.Of(signed));
        return chunk;
    }
}
