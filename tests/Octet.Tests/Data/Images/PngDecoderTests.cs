using Octet.Data.Images;

namespace Octet.Tests.Data.Images;

public sealed class PngDecoderTests
{
    static readonly byte[] TwoRows = [0, 10, 20, 30, 0, 40, 50, 60];

    public static TheoryData<int, int, bool> Kinds
    {
        get
        {
            var kinds = new TheoryData<int, int, bool>();
            foreach (var (color, depths) in ((int, int[])[])[(0, [1, 2, 4, 8, 16]), (2, [8, 16]), (3, [1, 2, 4, 8]), (4, [8, 16]),
                (6, [8, 16])])
            {
                foreach (var depth in depths)
                {
                    kinds.Add(color, depth, false);
                    kinds.Add(color, depth, true);
                }
            }
            return kinds;
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Every_kind_is_decoded_at_awkward_sizes_with_all_filters(int color, int depth, bool interlaced)
    {
        var random = new Random(color * 100 + depth);
        foreach (var (width, height) in ((int, int)[])[(1, 1), (2, 3), (5, 5), (9, 2), (17, 13), (40, 33)])
        {
            var channels = color switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };
            var samples = Enumerable.Range(0, width * height * channels).Select(_ => random.Next(1 << depth)).ToArray();
            var palette = new byte[3 << Math.Min(depth, 8)];
            random.NextBytes(palette);
            var file = PngBytes.Of(width, height, depth, color, interlaced, random,
                (x, y, channel) => samples[(y * width + x) * channels + channel], color == 3 ? palette : null);

            var image = ImageDecoder.Decode(file, "test.png").ToRgb();

            for (var i = 0; i < width * height; i++)
            {
                var pixel = samples.AsSpan(i * channels, channels);
                byte[] expected = color switch
                {
                    2 or 6 => [Eight(pixel[0]), Eight(pixel[1]), Eight(pixel[2])],
                    3 => palette[(3 * pixel[0])..(3 * pixel[0] + 3)],
                    _ => [Eight(pixel[0]), Eight(pixel[0]), Eight(pixel[0])],
                };
                image.Pixels.Slice(3 * i, 3).ToArray().ShouldBe(expected, $"pixel {i} of {width}×{height}");
            }
        }

        byte Eight(int sample) => (byte)(depth == 16 ? sample >> 8 : sample * 255 / ((1 << depth) - 1));
    }

    [Fact]
    public void A_mask_keeps_its_numbers()
    {
        // Pixels of two bits: 0 1 2 in the first row, 3 2 1 in the second.
        var rows = PngBytes.Chunk("IDAT", PngBytes.Deflated([0, 0b00_01_10_00, 0, 0b11_10_01_00]));

        DecodeNumbers(PngBytes.Header(3, 2, 2, 0), rows, End()).Pixels.ToArray().ShouldBe([0, 1, 2, 3, 2, 1]);
        DecodeNumbers(PngBytes.Header(3, 2, 2, 3), PngBytes.Chunk("PLTE", 9, 9, 9), rows, End()).Pixels.ToArray()
            .ShouldBe([0, 1, 2, 3, 2, 1]);
        Should.Throw<ImageException>(() => DecodeNumbers(PngBytes.Header(3, 2, 8, 2), Rows(), End())).Message.ShouldContain("is no mask");
        Should.Throw<ImageException>(() => DecodeNumbers(PngBytes.Header(3, 2, 16, 0), Rows(), End())).Message.ShouldContain("is no mask");
    }

    [Fact]
    public void Transparency_is_dropped() =>
    Decode(PngBytes.Header(3, 2, 8, 0), PngBytes.Chunk("tRNS", 0, 10), Rows(), End()).Pixels.ToArray().ShouldBe([10, 20, 30, 40, 50, 60]);

    [Fact]
    public void What_does_not_matter_is_passed_over()
    {
        var damagedText = PngBytes.Chunk("tEXt", 1, 2, 3);
        damagedText[9]++;
        Decode(PngBytes.Header(3, 2, 8, 0), damagedText, Rows(), End()).Pixels.Length.ShouldBe(6);
    }

    [Fact]
    public void A_size_that_the_data_cannot_hold_is_refused_before_memory_is_taken() =>
        Fails("compressed bytes cannot hold 8000×8000 pixels", PngBytes.Header(8_000, 8_000, 8, 0), Rows(), End());

    [Theory]
    [InlineData(0, 5, "impossible size")]
    [InlineData(4_000_000_000, 5, "are refused")]
    [InlineData(60_000, 60_000, "are refused")]
    public void An_impossible_size_is_refused(uint width, uint height, string explanation) =>
    Fails(explanation, PngBytes.Header(width, height, 8, 0), Rows(), End());

    [Fact]
    public void Broken_rules_are_explained()
    {
        Fails("colour type 5, which does not exist", PngBytes.Header(3, 2, 8, 5), Rows(), End());
        Fails("colour type 2 with 4 bits", PngBytes.Header(3, 2, 4, 2), Rows(), End());
        Fails("unknown PNG method", PngBytes.Chunk("IHDR", 0, 0, 0, 3, 0, 0, 0, 2, 8, 0, 1, 0, 0), Rows(), End());
        Fails("header has 5 bytes", PngBytes.Chunk("IHDR", 0, 0, 0, 3, 0), Rows(), End());
        Fails("does not begin with its header", Rows(), PngBytes.Header(3, 2, 8, 0), End());
        Fails("or has two", PngBytes.Header(3, 2, 8, 0), PngBytes.Header(3, 2, 8, 0), Rows(), End());
        Fails("has no pixels", PngBytes.Header(3, 2, 8, 0), End());
        Fails("has no palette", PngBytes.Header(3, 2, 8, 3), Rows(), End());
        Fails("a palette has 1 to 256 colours", PngBytes.Header(3, 2, 8, 3), PngBytes.Chunk("PLTE", 1, 2), Rows(), End());
        Fails("colour 10 of a palette of 2", PngBytes.Header(3, 2, 8, 3), PngBytes.Chunk("PLTE", 1, 2, 3, 4, 5, 6), Rows(), End());
        Fails("needs an extension, 'CgBI'", PngBytes.Header(3, 2, 8, 0), PngBytes.Chunk("CgBI"), Rows(), End());
        Fails("type of a part is none", PngBytes.Header(3, 2, 8, 0), PngBytes.Chunk("I?AT"), Rows(), End());
        Fails("row 1 has filter type 9", PngBytes.Header(3, 2, 8, 0), PngBytes.Chunk("IDAT", PngBytes.Deflated([0, 1, 2, 3, 9, 4, 5, 6])),
            End());
        Fails("ends early or is corrupt", PngBytes.Header(3, 2, 8, 0), PngBytes.Chunk("IDAT", PngBytes.Deflated([0, 1, 2, 3, 0, 4])),
            End());
        Fails("ends early or is corrupt", PngBytes.Header(3, 2, 8, 0), PngBytes.Chunk("IDAT", 1, 2, 3), End());
        Fails("end is missing", PngBytes.Header(3, 2, 8, 0), Rows());
    }

    [Fact]
    public void A_wrong_checksum_is_an_error()
    {
        var damaged = Rows();
        damaged[^1]++;
        Fails("the checksum of a part ('IDAT') is wrong", PngBytes.Header(3, 2, 8, 0), damaged, End());
    }

    [Fact]
    public void Every_truncation_is_an_error()
    {
        byte[] file = [.. PngBytes.Signature, .. PngBytes.Header(3, 2, 8, 0), .. Rows(), .. End()];
        for (var length = 0; length < file.Length; length++)
        {
            Should.Throw<ImageException>(() => ImageDecoder.Decode(file.AsSpan(0, length), "test.png")).Message.ShouldStartWith(
                "picture 'test.png': ");
        }
    }

    [Fact]
    public void Random_damage_is_never_more_than_an_error()
    {
        var whole = File.ReadAllBytes(GoldenImages.PathOf("palette2bit.png"));
        var random = new Random(1);
        for (var round = 0; round < 300; round++)
        {
            var damaged = whole.ToArray();
            for (var i = 0; i < 3; i++) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            RepairChecksums(damaged);
            try
            {
                ImageDecoder.Decode(damaged, "test.png");
            }
            catch (ImageException)
            {
            }
        }
    }

    static Image DecodeNumbers(params byte[][] parts) =>
        PngDecoder.DecodeNumbers([.. PngBytes.Signature, .. parts.SelectMany(part => part)], "test.png");

    static Image Decode(params byte[][] parts) =>
        ImageDecoder.Decode([.. PngBytes.Signature, .. parts.SelectMany(part => part)], "test.png");

    static void Fails(string explanation, params byte[][] parts) =>
        Should.Throw<ImageException>(() => Decode(parts)).Message.ShouldContain(explanation);

    static byte[] Rows() => PngBytes.Chunk("IDAT", PngBytes.Deflated(TwoRows));

    static byte[] End() => PngBytes.Chunk("IEND");

    /// <summary>Lets damage get past the checksums, to where it may hurt.</summary>
    static void RepairChecksums(byte[] file)
    {
        for (var at = 8; at + 12 <= file.Length;)
        {
            var length = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at));
            if (length > file.Length - at - 12) return;
            var checksum = Octet.Data.Crc32.Of(file.AsSpan(at + 4, 4 + (int)length));
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(at + 8 + (int)length), checksum);
            at += 12 + (int)length;
        }
    }
}
