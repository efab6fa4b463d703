using System.Text.Json;
using Octet.Data.Images;

namespace Octet.Tests.Data.Images;

public sealed class ResizerTests
{
    public static TheoryData<int, int> Sizes
    {
        get
        {
            using var json = JsonDocument.Parse(File.ReadAllText(GoldenImages.PathOf("expected.json")));
            return [.. json.RootElement.GetProperty("sizes").EnumerateArray().Select(size => (size[0].GetInt32(), size[1].GetInt32()))];
        }
    }

    static Image Source => ImageDecoder.Decode(GoldenImages.PathOf("rgb.png"));

    [Theory, MemberData(nameof(Sizes))]
    public void Antialiased_pixels_are_exactly_those_of_Pillow(int width, int height) =>
        GoldenImages.ShouldEqual(Source.Resize(width, height, Resampling.Pillow), GoldenImages.Pixels($"pil_{width}x{height}"),
            tolerance: 0);

    [Theory, MemberData(nameof(Sizes))]
    public void Plain_pixels_are_exactly_those_of_OpenCV(int width, int height) =>
        GoldenImages.ShouldEqual(Source.Resize(width, height, Resampling.OpenCv), GoldenImages.Pixels($"cv_{width}x{height}"),
            tolerance: 0);

    [Theory, InlineData(Resampling.Pillow), InlineData(Resampling.OpenCv)]
    public void A_grey_picture_gives_what_three_equal_channels_give(Resampling resampling)
    {
        var gray = GoldenImages.Random(61, 47, channels: 1, seed: 2);
        foreach (var (width, height) in ((int, int)[])[(30, 90), (61, 20), (100, 47), (1, 1), (300, 200)])
        {
            GoldenImages.LargestDifference(gray.Resize(width, height, resampling).ToRgb().Pixels,
                gray.ToRgb().Resize(width, height, resampling).Pixels).ShouldBe(0);
        }
    }

    [Theory, InlineData(Resampling.Pillow), InlineData(Resampling.OpenCv)]
    public void A_window_holds_that_part_of_the_whole(Resampling resampling)
    {
        var random = new Random(3);
        for (var round = 0; round < 200; round++)
        {
            var image = GoldenImages.Random(random.Next(1, 80), random.Next(1, 80), random.Next(2) * 2 + 1, seed: round);
            var (width, height) =
                (random.Next(4) == 0 ? image.Width : random.Next(1, 120), random.Next(4) == 0 ? image.Height : random.Next(1, 120));
            var (left, top) = (random.Next(width), random.Next(height));
            var window = new Window(left, top, random.Next(1, width - left + 1), random.Next(1, height - top + 1));

            var whole = image.Resize(width, height, resampling);
            var part = Resizer.Resize(image, width, height, resampling, window);

            for (var y = 0; y < window.Height; y++)
            {
                part.GetRow(y).SequenceEqual(
                    whole.GetRow(window.Top + y).Slice(window.Left * image.Channels, window.Width * image.Channels))
                    .ShouldBeTrue($"{image} to {width}×{height}, {window}");
            }
        }
    }

    [Theory, InlineData(Resampling.Pillow), InlineData(Resampling.OpenCv)]
    public void One_colour_stays_that_colour(Resampling resampling)
    {
        foreach (var value in (byte[])[0, 1, 128, 254, 255])
        {
            var image = new Image(50, 40, 3, Enumerable.Repeat(value, 50 * 40 * 3).ToArray());
            foreach (var (width, height) in ((int, int)[])[(7, 3), (50, 20), (99, 133)])
            {
                image.Resize(width, height, resampling).Pixels.IndexOfAnyExcept(value).ShouldBe(-1);
            }
        }
    }
}
