using Octet.Kernels;

namespace Octet.Tests.Kernels;

public sealed class ChannelsLastTransposedConvolutionTests
{
    public static TheoryData<string> Levels => KernelCases.LevelNames;

    [Theory, MemberData(nameof(Levels))]
    public unsafe void Any_window_gives_what_channels_first_gives(string level)
    {
        var random = new Random(20261127);
        for (var i = 0; i < 40; i++)
        {
            var groups = random.Next(4) == 0 ? random.Next(2, 4) : 1;
            var (images, inputs, outputs) = (random.Next(1, 3), groups * random.Next(1, 9), groups * random.Next(1, 20));
            var window = KernelCases.Window(random);
            var (x, weights, bias) =
                (random.Values(images * window.OutputLength * inputs), random.Values(inputs * outputs / groups * window.Taps),
                    random.Values(outputs));
            var (first, expected, actual) =
                (new float[x.Length], new float[images * window.InputLength * outputs], new float[images * window.InputLength * outputs]);
            ImageLayout.ToChannelsFirst(x, first, images, inputs, window.OutputLength);
            var result = new float[expected.Length];
            fixed (float* input = first, weight = weights, offset = bias, output = result)
            {
                new ChannelFirstConvolution(images, outputs, inputs, groups, window).RunTransposed(input, weight, offset, output);
            }
            ImageLayout.ToChannelsLast(result, expected, images, outputs, window.InputLength);
            foreach (ref var value in expected.AsSpan()) value = Math.Clamp(value, -1, 1.5f);

            new ChannelsLastTransposedConvolution(weights, bias, inputs, groups, window, new(-1, 1.5f),
                level: Enum.Parse<SimdLevel>(level)).Run(x, actual, images);

            var difference = actual.Zip(expected, (a, b) => Math.Abs(a - b)).DefaultIfEmpty().Max();
            difference.ShouldBeLessThan(1e-4f, $"{images} images, {inputs} → {outputs} channels in {groups} groups, {window}");
        }
    }
}
