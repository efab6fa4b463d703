using Octet.Data.Arrays;
using Octet.Data.Images;
using Octet.Tensors;

namespace Octet.Tests.Data;

/// <summary>Pictures in the forms that occur, with the pixels that Pillow 9.4 and OpenCV 4.6 make of them (expected.json says
/// how).</summary>
static class GoldenImages
{
    static readonly Lazy<IReadOnlyDictionary<string, Tensor>> Expected = new(() => NpzFile.Read(PathOf("expected.npz")));

    public static string PathOf(string file) => Path.Combine(SharedFolder.Repository, "tests", "Octet.Tests", "Data", "Golden", file);

    public static IEnumerable<string> Pictures(string extension) =>
        Directory.EnumerateFiles(PathOf(""), "*" + extension).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

    /// <summary>[height, width, 3].</summary>
    public static Tensor Pixels(string key) => Expected.Value[key];

    public static void ShouldEqual(Image image, Tensor expected, int tolerance)
    {
        Shape shape = [image.Height, image.Width, image.Channels];
        shape.ShouldBe(expected.Shape);
        LargestDifference(image.Pixels, expected.Bytes).ShouldBeLessThanOrEqualTo(tolerance);
    }

    public static int LargestDifference(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        a.Length.ShouldBe(b.Length);
        var largest = 0;
        for (var i = 0; i < a.Length; i++) largest = Math.Max(largest, Math.Abs(a[i] - b[i]));
        return largest;
    }

    public static Image Random(int width, int height, int channels, int seed)
    {
        var pixels = new byte[width * height * channels];
        new Random(seed).NextBytes(pixels);
        return new(width, height, channels, pixels);
    }
}
