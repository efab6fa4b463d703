using Octet.Data.Images;

namespace Octet.Tests.Data.Images;

public sealed class JpegDecoderTests
{
    static readonly byte[] Whole = File.ReadAllBytes(GoldenImages.PathOf("baseline420.jpg"));

    [Fact]
    public void A_truncated_file_is_an_error_that_names_it()
    {
        foreach (var share in (double[])[0.01, 0.1, 0.5, 0.9, 0.999])
        {
            var message = Should.Throw<ImageException>(() => ImageDecoder.Decode(Whole.AsSpan(0, (int)(Whole.Length * share)), "cut.jpg")).Message;
            message.ShouldStartWith("picture 'cut.jpg': the JPEG is damaged: ");
        }
    }

    [Fact]
    public void Bytes_after_the_end_do_not_matter() =>
        ImageDecoder.Decode([.. Whole, .. new byte[100]], "x.jpg").Pixels.SequenceEqual(ImageDecoder.Decode(Whole, "x.jpg").Pixels).ShouldBeTrue();

    [Fact]
    public void A_declared_size_beyond_reason_is_refused()
    {
        var file = Whole.ToArray();
        var frame = file.AsSpan().IndexOf([(byte)0xFF, (byte)0xC0]);
        file.AsSpan(frame + 5, 4).Fill(0xFF);
        Should.Throw<ImageException>(() => ImageDecoder.Decode(file, "x.jpg")).Message.ShouldContain("the JPEG is damaged: Maximum supported image dimension");

        file[frame + 5] = file[frame + 7] = 0xF0;
        Should.Throw<ImageException>(() => ImageDecoder.Decode(file, "x.jpg")).Message.ShouldContain("declares 61695×61695 pixels; more than");

        file[frame + 5] = file[frame + 7] = 0x20;
        Should.Throw<ImageException>(() => ImageDecoder.Decode(file, "x.jpg")).Message.ShouldContain("bytes cannot hold 8447×8447 pixels");
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

    [Fact]
    public void Where_the_library_is_missing_the_message_says_how_to_install_it() =>
        Should.Throw<MissingLibraryException>(() => TurboJpeg.Load(["libno-such-library.so.0"])).Message.ShouldContain("apt-get install libturbojpeg0");
}
