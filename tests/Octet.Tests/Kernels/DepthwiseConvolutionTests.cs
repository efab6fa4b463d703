using Octet.Kernels;

namespace Octet.Tests.Kernels;

public sealed class DepthwiseConvolutionTests
{
    public static TheoryData<string> Levels => KernelCases.LevelNames;

    [Theory, MemberData(nameof(Levels))]
    public void Any_window_over_any_image_equals_the_definition(string level)
    {
        var random = new Random(20261125);
        for (var i = 0; i < 40; i++)
            Check(level, random, images: random.Next(1, 3), channels: random.Next(1, 41), KernelCases.Window(random));
    }

    [Theory, MemberData(nameof(Levels))]
    public void Windows_of_three_and_five_equal_the_definition_at_every_size(string level)
    {
        var random = new Random(20261126);
        foreach (var kernel in new[] { 3, 5 })
        {
            for (var size = 1; size <= 13; size++)
            {
                foreach (var channels in new[] { 3, 16, 25 })
                {
                    Check(level, random, 1, channels, KernelCases.Window(size, random.Next(1, 14), kernel, stride: 1, pad: kernel / 2));
                }
                Check(level, random, 1, 24, KernelCases.Window(size, random.Next(1, 14), kernel, stride: 2, pad: kernel / 2));
                Check(level, random, 1, 24, KernelCases.Window(size, random.Next(1, 14), kernel, stride: 2, pad: kernel, dilation: 2));
            }
        }
    }

    [Theory, MemberData(nameof(Levels))]
    public void Lines_computed_apart_have_the_bits_of_the_whole(string level)
    {
        var random = new Random(9);
        var window = KernelCases.Window(19, 11, kernel: 3, stride: 1, pad: 1);
        var convolution =
            new DepthwiseConvolution(random.Values(20 * 9), random.Values(20), window, Limits.None, level: Enum.Parse<SimdLevel>(level));
        var x = random.Values(2 * 19 * 11 * 20);
        var (whole, parts) = (new float[x.Length], new float[x.Length]);

        convolution.Run(x, whole, images: 2);
        foreach (var (first, end) in new[] { (0, 4), (4, 5), (5, 5), (5, 18), (18, 19) }) convolution.Run(x, parts, images: 2, first, end);

        parts.ShouldEqual(whole);
    }

    [Theory, MemberData(nameof(Levels))]
    public void NaN_stays_where_it_is_seen(string level)
    {
        var convolution =
            new DepthwiseConvolution([.. Enumerable.Repeat(1f, 16 * 9)], [], KernelCases.Window(6, 6, kernel: 3, stride: 1, pad: 1),
                Limits.Relu6, level: Enum.Parse<SimdLevel>(level));
        var (x, y) = (new float[36 * 16], new float[36 * 16]);
        x[0] = float.NaN;

        convolution.Run(x, y, images: 1);

        for (var i = 0; i < y.Length; i++)
        {
            var (pixel, channel) = Math.DivRem(i, 16);
            float.IsNaN(y[i]).ShouldBe(channel == 0 && pixel is (0 or 1 or 6 or 7));
        }
    }

    static void Check(string level, Random random, int images, int channels, WindowGeometry window)
    {
        var (x, weights, bias) =
            (random.Values(images * window.InputLength * channels), random.Values(channels * window.Taps), random.Values(channels));
        var (expected, actual) = (new float[images * window.OutputLength * channels], new float[images * window.OutputLength * channels]);
        var limits = random.Next(2) == 0 ? Limits.None : new Limits(-0.5f, 0.75f);

        ChannelsLastConvolution.RunReference(x, weights, bias, expected, images, channels, channels, channels, window, limits, []);
        new DepthwiseConvolution(weights, bias, window, limits, level: Enum.Parse<SimdLevel>(level)).Run(x, actual, images);

        actual.ShouldEqual(expected, $"{images} images, {channels} channels, {window}");

        foreach (ref var value in expected.AsSpan()) value *= 2;
        new DepthwiseConvolution(weights, bias, window, limits, KernelCases.Twice, Enum.Parse<SimdLevel>(level)).Run(x, actual, images);
        actual.ShouldEqual(expected, $"an activation after {images} images, {channels} channels, {window}");
    }
}
