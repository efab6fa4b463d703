using Octet.Kernels;
using Octet.Operators;

namespace Octet.Tests.Kernels;

public sealed class ChannelsLastPoolingTests
{
    [Fact]
    public void The_greatest_elements_are_those_that_channels_first_finds()
    {
        var random = new Random(11);
        for (var i = 0; i < 60; i++)
        {
            var (images, channels, window) = (random.Next(1, 3), random.Next(1, 41), KernelCases.Window(random));
            var x = random.Values(images * window.InputLength * channels);
            x[random.Next(x.Length)] = float.NaN;

            var actual = new float[images * window.OutputLength * channels];
            new ChannelsLastPooling(channels, window).Greatest(x, actual, images, default(MaxPool.Greatest<float>));

            actual.ShouldEqual(ChannelsFirst(x, images, channels, window, default(MaxPool.Greatest<float>)),
                $"{images} images, {channels} channels, {window}");
        }
    }

    [Theory, InlineData(false), InlineData(true)]
    public void The_means_are_those_that_channels_first_finds(bool countsPadding)
    {
        var random = new Random(12);
        for (var i = 0; i < 60; i++)
        {
            var (images, channels, window) = (random.Next(1, 3), random.Next(1, 41), KernelCases.Window(random));
            var x = random.Values(images * window.InputLength * channels);
            var expected = ChannelsFirst(x, images, channels, window, default(PoolingSum<float>));
            for (var place = 0; place < expected.Length; place++)
            {
                var (line, column) = Math.DivRem(place / channels % window.OutputLength, window.Width.Output);
                expected[place] /= Math.Max(1, window.Height.Count(line, countsPadding) * window.Width.Count(column, countsPadding));
            }

            var actual = new float[expected.Length];
            new ChannelsLastPooling(channels, window).Average(x, actual, images, countsPadding);

            actual.ShouldEqual(expected, $"{images} images, {channels} channels, {window}");
        }
    }

    [Fact]
    public void The_mean_of_a_channel_is_that_of_its_pixels()
    {
        var random = new Random(13);
        foreach (var channels in new[] { 1, 3, 8, 19 })
        {
            var window = KernelCases.Window(13, 17, kernel: 1, stride: 1, pad: 0);
            var (x, y) = (random.Values(2 * window.InputLength * channels), new float[2 * channels]);

            new ChannelsLastPooling(channels, window).GlobalAverage(x, y, images: 2);

            for (var i = 0; i < y.Length; i++)
            {
                var (image, channel) = Math.DivRem(i, channels);
                var pixels = Enumerable.Range(0, window.InputLength)
                    .Select(pixel => (double)x[(image * window.InputLength + pixel) * channels + channel]);
                ((double)y[i]).ShouldBe(pixels.Average(), tolerance: 1e-6);
            }
        }
    }

    static unsafe float[] ChannelsFirst<TStep>(float[] x, int images, int channels, WindowGeometry window, TStep step)
        where TStep : struct, IPoolingStep<float>
    {
        var (seen, folded, result) =
            (new float[x.Length], new float[images * window.OutputLength * channels], new float[images * window.OutputLength * channels]);
        ImageLayout.ToChannelsFirst(x, seen, images, channels, window.InputLength);
        fixed (float* source = seen, destination = folded)
        {
            for (var i = 0; i < images * channels; i++)
                PoolingWindow.Fold(source + i * window.InputLength, destination + i * window.OutputLength, window, step);
        }
        ImageLayout.ToChannelsLast(folded, result, images, channels, window.OutputLength);
        return result;
    }
}
