using Octet.Kernels;

namespace Octet.Tests.Kernels;

public sealed class ImageLayoutTests
{
    [Fact]
    public void Both_directions_equal_their_definition_at_awkward_sizes()
    {
        var random = new Random(3);
        foreach (var channels in new[] { 1, 2, 3, 4, 7, 31, 32, 33, 40 })
        {
            foreach (var pixels in new[] { 0, 1, 3, 5, 32, 65 })
            {
                var x = random.Values(2 * channels * pixels);
                var (last, first) = (new float[x.Length], new float[x.Length]);

                ImageLayout.ToChannelsLast(x, last, images: 2, channels, pixels);
                ImageLayout.ToChannelsFirst(last, first, images: 2, channels, pixels);

                for (var i = 0; i < x.Length; i++)
                {
                    var (image, rest) = Math.DivRem(i, Math.Max(1, channels * pixels));
                    last[image * channels * pixels + rest % pixels * channels + rest / pixels].ShouldBe(x[i]);
                }
                first.ShouldEqual(x);
            }
        }
    }
}
