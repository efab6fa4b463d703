using Octet.Data.Images;

namespace Octet.Tests.Data.Images;

public sealed class JpegDecoderTests
{
    static readonly byte[] Whole = File.ReadAllBytes(GoldenImages.PathOf("baseline420.jpg"));

    [Theory]
    [InlineData("baseline420.jpg")]
    [InlineData("progressive.jpg")]
    public void A_truncated_file_is_an_error_that_names_it(string golden)
    {
        var whole = File.ReadAllBytes(GoldenImages.PathOf(golden));
        foreach (var share in (double[])[0.001, 0.01, 0.1, 0.5, 0.9, 0.999])
        {
            var message =
                Should.Throw<ImageException>(
                    () => ImageDecoder.Decode(whole.AsSpan(0, Math.Max(4, (int)(whole.Length * share))), "cut.jpg")).Message;
            message.ShouldMatch("^picture 'cut.jpg': the JPEG is (damaged|truncated)");
        }
    }

    [Fact]
    public void A_file_without_pixels_or_with_too_many_scans_is_an_error()
    {
        var scan = Whole.AsSpan().IndexOf([(byte)0xFF, (byte)0xDA]);
        byte[] end = [0xFF, 0xD9];
        Should.Throw<ImageException>(() => JpegStructure.Check([.. Whole.AsSpan(0, scan), .. end], "x.jpg")).Message.ShouldContain(
            "has no pixels");

        byte[] emptyScan = [0xFF, 0xDA, 0, 2];
        var scans = Enumerable.Repeat(emptyScan, 501).SelectMany(bytes => bytes);
        Should.Throw<ImageException>(
            () => JpegStructure.Check([.. Whole.AsSpan(0, scan), .. scans, .. end], "x.jpg")).Message.ShouldContain("more than 500 scans");
        Should.Throw<ImageException>(() => JpegStructure.Check([0xFF, 0xD8, 0xFF, 0xE0, 0, 1], "x.jpg")).Message.ShouldContain(
            "(marker E0) has a length of 1");
    }

    [Fact]
    public void Bytes_after_the_end_do_not_matter() =>
        ImageDecoder.Decode([.. Whole, .. new byte[100]], "x.jpg").Pixels.SequenceEqual(ImageDecoder.Decode(Whole, "x.jpg").Pixels)
        .ShouldBeTrue();

    [Fact]
    public void A_declared_size_beyond_reason_is_refused()
    {
        var file = Whole.ToArray();
        var frame = file.AsSpan().IndexOf([(byte)0xFF, (byte)0xC0]);
        file.AsSpan(frame + 5, 4).Fill(0xFF);
        Should.Throw<ImageException>(() => ImageDecoder.Decode(file, "x.jpg")).Message.ShouldContain("the JPEG is damaged");

        file[frame + 5] = file[frame + 7] = 0xF0;
        Should.Throw<ImageException>(() => ImageDecoder.Decode(file, "x.jpg")).Message.ShouldContain("declares 61695×61695 pixels; more "
            + "than");

        file[frame + 5] = file[frame + 7] = 0x1F;
        Should.Throw<ImageException>(() => ImageDecoder.Decode(file, "x.jpg")).Message.ShouldContain("bytes cannot hold 8191×8191 pixels");
    }

    [Fact]
    public void Random_damage_is_never_more_than_an_error()
    {
        var random = new Random(1);
        foreach (var name in (string[])["baseline420.jpg", "progressive.jpg", "cmyk.jpg"])
        {
            var whole = File.ReadAllBytes(GoldenImages.PathOf(name));
            for (var round = 0; round < 100; round++)
            {
                var damaged = whole.ToArray();
                for (var i = 0; i < 5; i++) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
                try
                {
                    ImageDecoder.Decode(damaged, name);
                }
                catch (ImageException)
                {
                }
            }
        }
    }

    [Fact]
    public void After_an_error_the_next_picture_is_decoded_as_ever()
    {
        Should.Throw<ImageException>(() => ImageDecoder.Decode(Whole.AsSpan(0, 3000), "x.jpg"));
        GoldenImages.ShouldEqual(ImageDecoder.Decode(Whole, "x.jpg"), GoldenImages.Pixels("decoded_baseline420.jpg"), tolerance: 1);
    }

    [Fact]
    public void Many_threads_decode_at_once()
    {
        var expected = ImageDecoder.Decode(Whole, "x.jpg").Pixels.ToArray();
        Parallel.For(0, 64, _ => ImageDecoder.Decode(Whole, "x.jpg").Pixels.SequenceEqual(expected).ShouldBeTrue());
    }
}
