using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Tests.Kernels;

public sealed unsafe class IntegerConvolutionTests
{
    public static TheoryData<string> Levels => IntegerCases.LevelNames;

    [Theory, MemberData(nameof(Levels))]
    public void Any_window_over_any_image_equals_the_definition(string level)
    {
        var random = new Random(20261123);
        for (var i = 0; i < 40; i++)
        {
            var groups = random.Next(4) == 0 ? random.Next(2, 5) : 1;
            Check(level, random, images: random.Next(1, 3), groups * random.Next(1, 9), groups * random.Next(1, 30), groups,
                KernelCases.Window(random));
        }
    }

    [Theory, MemberData(nameof(Levels))]
    public void Layers_as_networks_have_them_equal_the_definition(string level)
    {
        var random = new Random(20261124);
        Check(level, random, 1, 3, 16, 1, KernelCases.Window(27, 25, kernel: 3, stride: 2, pad: 1));
        Check(level, random, 2, 24, 40, 1, KernelCases.Window(7, 7, kernel: 1, stride: 1, pad: 0));
        Check(level, random, 1, 17, 32, 1, KernelCases.Window(9, 8, kernel: 1, stride: 2, pad: 0));
        Check(level, random, 1, 32, 33, 1, KernelCases.Window(14, 13, kernel: 3, stride: 1, pad: 1));
        Check(level, random, 1, 96, 7, 1, KernelCases.Window(3, 300, kernel: 3, stride: 1, pad: 4, dilation: 4));
    }

    [Theory, MemberData(nameof(Levels))]
    public void Windows_of_single_channels_equal_the_definition(string level)
    {
        var random = new Random(20261125);
        for (var channels = 1; channels <= 130; channels += random.Next(1, 9))
        {
            CheckDepthwise(level, random, images: random.Next(1, 3), channels, KernelCases.Window(random));
            CheckDepthwise(level, random, images: 1, channels, KernelCases.Window(9, 11, kernel: 3, stride: random.Next(1, 3), pad: 1));
            CheckDepthwise(level, random, images: 1, channels, KernelCases.Window(8, 7, kernel: 5, stride: 1, pad: 2));
        }
    }

    /// <summary>Windows over the border begin before the image; what lies there belongs to somebody else.</summary>
    [Theory, MemberData(nameof(Levels))]
    public void Nothing_before_an_image_is_read(string level)
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("the test maps pages as Linux does");
        var random = new Random(20261201);
        foreach (var (channels, kernel, pad, dilation) in new[] { (5, 3, 1, 1), (32, 3, 1, 1), (144, 3, 18, 18), (96, 5, 2, 1),
            (40, 2, 1, 3) })
        {
            var window = KernelCases.Window(33, 35, kernel, stride: 1, pad, dilation);
            using GuardedMemory memory = new(window.InputLength * channels);
            CheckDepthwise(level, random, images: 1, channels, window, memory.Start);
        }
    }

    static void Check(string level, Random random, int images, int inputs, int outputs, int groups, WindowGeometry window)
    {
        var (x, weights) = (random.Bytes(images * window.InputLength * inputs), random.Weights(outputs * (inputs / groups) * window.Taps));
        var scheme = random.Scheme(outputs);
        var expected = new byte[images * window.OutputLength * outputs];
        IntegerConvolution.RunReference(x.AsSpan<byte>(), weights, expected, images, inputs, outputs, groups, window, scheme);

        var readsChannelsFirst = random.Next(3) == 0;
        var seen = new Tensor(DataType.UInt8, x.Shape);
        if (readsChannelsFirst) ByteLayout.TransposeEach(x.AsSpan<byte>(), seen.AsSpan<byte>(), images, window.InputLength, inputs);
        else x.CopyTo(seen);
        var filters = new IntegerFilters(weights, outputs, inputs, window, groups, scheme, Enum.Parse<DotProductLevel>(level));
        var (convolution, actual) = (new IntegerConvolution(filters, window, readsChannelsFirst),
            new Tensor(DataType.UInt8, [expected.Length]));
        // In two parts, as two threads would.
        var middle = random.Next(window.Height.Output + 1);
        convolution.Run(seen.Pointer<byte>(), actual.Pointer<byte>(), images, 0, middle);
        convolution.Run(seen.Pointer<byte>(), actual.Pointer<byte>(), images, middle, window.Height.Output);

        actual.AsSpan<byte>().ToArray().ShouldBe(expected,
            $"{images} images, {inputs} → {outputs} channels in {groups} groups, {window}, {scheme}");
    }

    static void CheckDepthwise(string level, Random random, int images, int channels, WindowGeometry window, byte* place = null)
    {
        var (x, weights, scheme) = (random.Bytes(images * window.InputLength * channels), random.Weights(channels * window.Taps),
            random.Scheme(channels));
        var expected = new byte[images * window.OutputLength * channels];
        IntegerConvolution.RunReference(x.AsSpan<byte>(), weights, expected, images, channels, channels, channels, window, scheme);

        var (convolution, actual) = (new IntegerDepthwise(weights, window, scheme, level: Enum.Parse<DotProductLevel>(level)),
            new Tensor(DataType.UInt8, [expected.Length]));
        var seen = place is null ? x.Pointer<byte>() : place;
        if (place is not null) x.AsSpan<byte>().CopyTo(new(place, x.Length));
        var middle = random.Next(window.Height.Output + 1);
        convolution.Run(seen, actual.Pointer<byte>(), images, middle, window.Height.Output);
        convolution.Run(seen, actual.Pointer<byte>(), images, 0, middle);

        actual.AsSpan<byte>().ToArray().ShouldBe(expected, $"{images} images, {channels} channels, {window}, {scheme}");
    }
}
