using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Tests.Kernels;

public sealed unsafe class ChannelFirstConvolutionTests
{
    [Fact]
    public void Run_equals_its_definition_bit_for_bit_in_any_geometry()
    {
        var random = new Random(20261121);
        for (var trial = 0; trial < 300; trial++)
        {
            var convolution = RandomConvolution(random, depthwise: trial % 3 == 0);
            var (window, groups) = (convolution.Window, convolution.Groups);
            var input = Filled(random, convolution.Batch * convolution.InputChannels * window.InputLength);
            var weights = Filled(random, convolution.OutputChannels * convolution.InputChannels / groups * window.Taps);
            var bias = Filled(random, convolution.OutputChannels);
            var length = convolution.Batch * convolution.OutputChannels * window.OutputLength;
            Tensor expected = new(DataType.Float32, [length]), actual = new(DataType.Float32, [length]);

            convolution.Reference(input.Pointer<float>(), weights.Pointer<float>(), bias.Pointer<float>(), expected.Pointer<float>());
            convolution.Run(input.Pointer<float>(), weights.Pointer<float>(), bias.Pointer<float>(), actual.Pointer<float>());

            actual.Floats.SequenceEqual(expected.Floats).ShouldBeTrue($"trial {trial}: {convolution}");
        }
    }

    /// <summary>⟨conv(x), y⟩ = ⟨x, convᵀ(y)⟩ for all x and y, with weights whose two channel axes have changed places.</summary>
    [Fact]
    public void RunTransposed_is_the_adjoint_of_Run()
    {
        var random = new Random(20261122);
        for (var trial = 0; trial < 200; trial++)
        {
            var convolution = RandomConvolution(random, depthwise: trial % 5 == 0);
            var window = convolution.Window;
            var x = Filled(random, convolution.Batch * convolution.InputChannels * window.InputLength);
            var y = Filled(random, convolution.Batch * convolution.OutputChannels * window.OutputLength);
            var weights = Filled(random, convolution.OutputChannels * convolution.InputChannels / convolution.Groups * window.Taps);
            Tensor forward = new(DataType.Float32, [y.Length]), backward = new(DataType.Float32, [x.Length]);

            convolution.Run(x.Pointer<float>(), weights.Pointer<float>(), null, forward.Pointer<float>());
            convolution.RunTransposed(y.Pointer<float>(), weights.Pointer<float>(), null, backward.Pointer<float>());

            Dot(backward, x).ShouldBe(Dot(forward, y), tolerance: 1e-4 * x.Length, $"trial {trial}: {convolution}");
        }
    }

    [Fact]
    public void Taps_and_windows_inside_agree_with_trying_each_one()
    {
        var random = new Random(5);
        for (var trial = 0; trial < 500; trial++)
        {
            var axis = RandomAxis(random, max: 40);
            for (var output = 0; output < axis.Output; output++)
            {
                var (from, to) = axis.TapsInside(output);
                for (var tap = 0; tap < axis.Kernel; tap++)
                {
                    var isInside = axis.Start(output) + tap * axis.Dilation is var place && place >= 0 && place < axis.Input;
                    (tap >= from && tap < to).ShouldBe(isInside, $"{axis}, window {output}, tap {tap}");
                    var (first, end) = axis.OutputsInside(tap);
                    (output >= first && output < end).ShouldBe(isInside, $"{axis}, tap {tap}, window {output}");
                }
            }
        }
    }

    static ChannelFirstConvolution RandomConvolution(Random random, bool depthwise)
    {
        var groups = random.Next(1, 4);
        var (groupInputs, groupOutputs) = (depthwise ? 1 : random.Next(1, 9), random.Next(1, 9));
        var rank = random.Next(1, 4);
        var axes = Enumerable.Range(0, rank).Select(_ => RandomAxis(random, max: 36 >> rank)).ToArray();
        if (random.Next(8) == 0) axes = [.. axes.Select(axis => new WindowAxis(axis.Input, 1, 1, 1, 0, 0, axis.Input))];
        return new(random.Next(1, 3), groups * groupInputs, groups * groupOutputs, groups, WindowGeometry.Of(axes));
    }

    static WindowAxis RandomAxis(Random random, int max)
    {
        while (true)
        {
            var axis = new WindowAxis(random.Next(1, max), random.Next(1, 6), random.Next(1, 4), random.Next(1, 4), random.Next(0, 5),
                random.Next(0, 5), 0);
            var room = axis.Input + axis.PadBefore + axis.PadAfter - axis.Reach;
            if (room >= 0) return axis with { Output = room / axis.Stride + 1 };
        }
    }

    static double Dot(Tensor a, Tensor b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++) sum += (double)a.Floats[i] * b.Floats[i];
        return sum;
    }

    static Tensor Filled(Random random, int length)
    {
        var tensor = new Tensor(DataType.Float32, [length]);
        foreach (ref var element in tensor.Floats) element = random.NextSingle() - 0.5f;
        return tensor;
    }
}
