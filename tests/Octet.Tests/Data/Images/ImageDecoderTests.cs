using Octet.Data.Images;

namespace Octet.Tests.Data.Images;

public sealed class ImageDecoderTests
{
    public static TheoryData<string> Pngs => [.. GoldenImages.Pictures(".png")];

    public static TheoryData<string> Jpegs => [.. GoldenImages.Pictures(".jpg")];

    [Theory, MemberData(nameof(Pngs))]
    public void PNG_pixels_are_exactly_those_of_Pillow(string file) =>
        GoldenImages.ShouldEqual(ImageDecoder.Decode(GoldenImages.PathOf(file)).ToRgb(), GoldenImages.Pixels($"decoded_{file}"),
            tolerance: 0);

    [Theory, MemberData(nameof(Jpegs))]
    public void JPEG_pixels_are_within_one_step_of_Pillow(string file) =>
        GoldenImages.ShouldEqual(ImageDecoder.Decode(GoldenImages.PathOf(file), ignoreOrientation: true).ToRgb(),
            GoldenImages.Pixels($"decoded_{file}"), tolerance: 1);

    [Fact]
    public void Pictures_without_colour_have_one_channel()
    {
        foreach (var file in (string[])["gray.png", "gray16.png", "gray-alpha.png", "bilevel.png", "gray.jpg"])
        {
            ImageDecoder.Decode(GoldenImages.PathOf(file)).Channels.ShouldBe(1, file);
        }
    }

    [Theory]
    [InlineData("II*\0____", "is a TIFF file, which is not supported; PNG, JPEG, WebP, BMP and GIF are read")]
    [InlineData("BM______", "the BMP is damaged")]
    [InlineData("RIFF____WEBPVP8 ", "the WebP is damaged")]
    [InlineData("GIF89a", "the GIF is damaged")]
    [InlineData("    ftypavif", "HEIF or AVIF")]
    [InlineData("hello", "is no picture in a known format; PNG, JPEG, WebP, BMP and GIF are read")]
    [InlineData("", "the file is empty")]
    public void Other_formats_and_files_without_content_are_named(string start, string explanation) =>
        Should.Throw<ImageException>(() => ImageDecoder.Decode(System.Text.Encoding.ASCII.GetBytes(start), "x.bin")).Message.ShouldContain(
            explanation);

    [Fact]
    public void An_absent_file_is_an_error() =>
    Should.Throw<ImageException>(() => ImageDecoder.Decode("/no/such.png")).Message.ShouldContain("/no/such.png");
}
