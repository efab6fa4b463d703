using Octet.Data.Images;

namespace Octet.Tests.Data.Images;

public sealed class PictureOrientationTests
{
    /// <summary>The picture 0 1 2 / 3 4 5, with what EXIF 2.32 says of each value: where row 0 and column 0 of the stored picture
    /// lie.</summary>
    [Theory]
    [InlineData(1, 3, "012345")]
    [InlineData(2, 3, "210543")] // row 0 at the top, column 0 at the right
    [InlineData(3, 3, "543210")] // bottom, right
    [InlineData(4, 3, "345012")] // bottom, left
    [InlineData(5, 2, "031425")] // row 0 at the left, column 0 at the top
    [InlineData(6, 2, "304152")] // right, top
    [InlineData(7, 2, "524130")] // right, bottom
    [InlineData(8, 2, "251403")] // left, bottom
    [InlineData(0, 3, "012345")]
    [InlineData(9, 3, "012345")]
    public void A_picture_is_turned_as_EXIF_says(int orientation, int width, string expected)
    {
        foreach (var channels in (int[])[1, 3])
        {
            byte[] stored = [.. Enumerable.Range(0, 6).SelectMany(value => Enumerable.Repeat((byte)value, channels))];
            var upright = new Image(3, 2, channels, stored).Upright((PictureOrientation)orientation);
            upright.Width.ShouldBe(width);
            upright.Pixels.ToArray().ShouldBe(expected.SelectMany(value => Enumerable.Repeat((byte)(value - '0'), channels)));
        }
    }

    [Fact]
    public void A_JPEG_is_turned_unless_that_is_ignored()
    {
        var file = GoldenImages.PathOf("exif-rotated.jpg"); // orientation 6
        var stored = ImageDecoder.Decode(file, ignoreOrientation: true);
        var upright = ImageDecoder.Decode(file);

        (upright.Width, upright.Height).ShouldBe((stored.Height, stored.Width));
        for (var y = 0; y < upright.Height; y++)
        {
            for (var x = 0; x < upright.Width; x++)
                upright.GetRow(y).Slice(3 * x, 3).SequenceEqual(stored.GetRow(stored.Height - 1 - x).Slice(3 * y, 3)).ShouldBeTrue();
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_PNG_is_turned_too(bool isLittleEndian)
    {
        byte[] exif = isLittleEndian
            ? [(byte)'I', (byte)'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 3, 0, 0, 0]
            : [(byte)'M', (byte)'M', 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 3, 0, 0];
        byte[] file =
        [
            .. PngBytes.Signature, .. PngBytes.Header(3, 2, 8, 0), .. PngBytes.Chunk("eXIf", exif),
            .. PngBytes.Chunk("IDAT", PngBytes.Deflated([0, 0, 1, 2, 0, 3, 4, 5])), .. PngBytes.Chunk("IEND"),
        ];

        ImageDecoder.Decode(file, "x.png").Pixels.ToArray().ShouldBe([5, 4, 3, 2, 1, 0]);
        ImageDecoder.Decode(file, "x.png", ignoreOrientation: true).Pixels.ToArray().ShouldBe([0, 1, 2, 3, 4, 5]);
    }

    [Fact]
    public void Damaged_EXIF_is_passed_over()
    {
        byte[] whole = [(byte)'I', (byte)'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 3, 0, 0, 0];
        ExifOrientation.Of(whole).ShouldBe(PictureOrientation.BottomRight);
        for (var length = 0; length < whole.Length - 3; length++)
            ExifOrientation.Of(whole.AsSpan(0, length)).ShouldBe(PictureOrientation.TopLeft);
        whole[7] = 0xFF;
        ExifOrientation.Of(whole).ShouldBe(PictureOrientation.TopLeft);
    }
}
