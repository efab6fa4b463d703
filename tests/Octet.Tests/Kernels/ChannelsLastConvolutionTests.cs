using Octet.Kernels;

namespace Octet.Tests.Kernels;

public sealed class ChannelsLastConvolutionTests
{
    public static TheoryData<string> Levels => KernelCases.LevelNames;

    [Theory, MemberData(nameof(Levels))]
    public void Any_window_over_any_image_equals_the_definition(string level)
    {
        var random = new Random(20261123);
        for (var i = 0; i < 40; i++)
        {
            var groups = random.Next(4) == 0 ? random.Next(2, 5) : 1;
            var (inputs, outputs) = (groups * random.Next(1, 9), groups * random.Next(1, 30));
            Check(level, random, images: random.Next(1, 3), inputs, outputs, groups, KernelCases.Window(random));
        }
    }

    [Theory, MemberData(nameof(Levels))]
    public void Layers_as_networks_have_them_equal_the_definition(string level)
    {
        var random = new Random(20261124);
        Check(level, random, 1, 3, 16, 1, KernelCases.Window(27, 25, kernel: 3, stride: 2, pad: 1));
        Check(level, random, 1, 3, 24, 1, KernelCases.Window(21, 23, kernel: 7, stride: 2, pad: 3));
        Check(level, random, 2, 24, 40, 1, KernelCases.Window(7, 7, kernel: 1, stride: 1, pad: 0));
        Check(level, random, 1, 17, 32, 1, KernelCases.Window(9, 8, kernel: 1, stride: 2, pad: 0));
        Check(level, random, 1, 32, 33, 1, KernelCases.Window(14, 13, kernel: 3, stride: 1, pad: 1));
        Check(level, random, 1, 32, 32, 2, KernelCases.Window(7, 7, kernel: 3, stride: 1, pad: 1));
        Check(level, random, 1, 96, 7, 1, KernelCases.Window(3, 300, kernel: 3, stride: 1, pad: 4, dilation: 4));
    }

    [Theory, MemberData(nameof(Levels))]
    public void Lines_computed_apart_have_the_bits_of_the_whole(string level)
    {
        var random = new Random(7);
        var window = KernelCases.Window(19, 11, kernel: 3, stride: 1, pad: 1);
        var filters =
            new PackedFilters(random.Values(20 * 6 * 9), [], outputs: 20, inputs: 6, taps: 9, groups: 1, Enum.Parse<SimdLevel>(level));
        var convolution = new ChannelsLastConvolution(filters, window, Limits.None);
        var x = random.Values(2 * 19 * 11 * 6);
        var (whole, parts) = (new float[2 * 19 * 11 * 20], new float[2 * 19 * 11 * 20]);

        convolution.Run(x, whole, images: 2);
        foreach (var (first, end) in new[] { (0, 4), (4, 5), (5, 5), (5, 18), (18, 19) }) convolution.Run(x, parts, images: 2, first, end);

        parts.ShouldEqual(whole);
    }

    [Fact]
    public void Run_allocates_nothing_once_warm()
    {
        var random = new Random(8);
        var filters = new PackedFilters(random.Values(16 * 8 * 9), [], outputs: 16, inputs: 8, taps: 9, groups: 1);
        var convolution = new ChannelsLastConvolution(filters, KernelCases.Window(9, 9, kernel: 3, stride: 1, pad: 1), Limits.Relu);
        var (x, y) = (random.Values(81 * 8), new float[81 * 16]);
        convolution.Run(x, y, images: 1);

        var before = GC.GetAllocatedBytesForCurrentThread();
        convolution.Run(x, y, images: 1);

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    static void Check(string level, Random random, int images, int inputs, int outputs, int groups, WindowGeometry window)
    {
        var (x, weights) = (random.Values(images * window.InputLength * inputs), random.Values(outputs * (inputs / groups) * window.Taps));
        var bias = random.Next(4) == 0 ? [] : random.Values(outputs);
        var (expected, actual) = (new float[images * window.OutputLength * outputs], new float[images * window.OutputLength * outputs]);
        var residual = random.Next(3) == 0 ? random.Values(expected.Length) : [];
        var limits = random.Next(2) == 0 ? Limits.None : new Limits(-1, 1.5f);
        var readsChannelsFirst = random.Next(3) == 0;

        ChannelsLastConvolution.RunReference(x, weights, bias, expected, images, inputs, outputs, groups, window, limits, residual);
        var filters = new PackedFilters(weights, bias, outputs, inputs, window.Taps, groups, Enum.Parse<SimdLevel>(level));
        var seen = new float[x.Length];
        if (readsChannelsFirst) ImageLayout.ToChannelsFirst(x, seen, images, inputs, window.InputLength);
        FloatMap? activation = random.Next(3) == 0 ? KernelCases.Twice : null;
        activation?.Invoke(expected, expected);
        new ChannelsLastConvolution(filters, window, limits, activation, readsChannelsFirst).Run(readsChannelsFirst ? seen : x, actual,
            images, residual);

        actual.ShouldEqual(expected,
            $"{images} images, {inputs} → {outputs} channels in {groups} groups, {window}, channels first: {readsChannelsFirst}");
    }
}
