using Octet.Calibration;
using Octet.Numerics;
using Octet.Steps;
using Octet.Tensors;

namespace Octet.Tests.Steps;

public sealed class LayerOutputTests
{
    [Theory]
    [InlineData(2, 5, 3), InlineData(1, 24, 961), InlineData(3, 1, 5000), InlineData(1, 5000, 2)]
    public void What_is_measured_does_not_depend_on_where_channels_lie(int images, int channels, int pixels)
    {
        var random = new Random(3);
        var bias = Enumerable.Range(0, channels).Select(_ => random.NextSingle() - 0.5f).ToArray();
        float[,,] elements = new float[images, channels, pixels];
        var (first, last) =
            (new Tensor(DataType.Float32, [images, channels, pixels]), new Tensor(DataType.Float32, [images, pixels, channels]));
        for (var i = 0; i < first.Length; i++)
        {
            var (image, channel, pixel) = (i / (channels * pixels), i / pixels % channels, i % pixels);
            last.Floats[(image * pixels + pixel) * channels + channel] = first.Floats[i] = elements[image, channel, pixel] =
                random.NextSingle() - 0.4f;
        }
        var outputs = new LayerOutput[] { new(first, new(images, channels, pixels)), new(last, new(images * pixels, channels, 1)) };

        var measured = outputs.Select(output => output.Measure(bias)).ToArray();
        measured[0].Range.ShouldBe(measured[1].Range);
        measured[0].Sums.ShouldBe(measured[1].Sums, 1e-2);
        measured[0].Sums[0]
            .ShouldBe((from image in Enumerable.Range(0, images)
                       from pixel in Enumerable.Range(0, pixels)
                       select (double)elements[image, 0,
                pixel]).Sum(), 1e-2);

        foreach (var output in outputs)
            output.ForEachRun(bias, (run, addends) => { for (var i = 0; i < run.Length; i++) run[i] += addends[i]; });
        for (var i = 0; i < first.Length; i++)
        {
            var (image, channel, pixel) = (i / (channels * pixels), i / pixels % channels, i % pixels);
            first.Floats[i].ShouldBe(elements[image, channel, pixel] + bias[channel]);
            last.Floats[(image * pixels + pixel) * channels + channel].ShouldBe(first.Floats[i]);
        }
        LayerOutput.Of(first).Measure([]).Range.ShouldBe(measured[0].Range);
    }

    [Theory]
    [InlineData(float.NaN), InlineData(float.PositiveInfinity)]
    public void A_value_that_is_not_finite_is_refused_and_huge_ones_are_not(float value)
    {
        foreach (var layout in new ChannelLayout[] { new(1, 8, 100), new(100, 8, 1) })
        {
            var tensor = new Tensor(DataType.Float32, [800]);
            tensor.Floats.Fill(3e38f);
            new LayerOutput(tensor, layout).Measure(new float[8]).Range.ShouldBe(new(3e38f, 3e38f));

            tensor.Floats[333] = value;
            Should.Throw<CalibrationException>(() => new LayerOutput(tensor, layout).Measure(new float[8]));
        }
    }
}
