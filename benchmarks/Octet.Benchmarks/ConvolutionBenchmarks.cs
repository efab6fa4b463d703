using BenchmarkDotNet.Attributes;
using Octet.Kernels;

namespace Octet.Benchmarks;

/// <summary>A convolution of 3 × 3 with channels last, and one with a window for each channel, against their definition.</summary>
/// <remarks>The figure to watch is Ratio; Allocated stays at zero.</remarks>
[MemoryDiagnoser]
public class ConvolutionBenchmarks
{
    float[] _x = [], _y = [], _weights = [], _bias = [];
    WindowGeometry _window;
    ChannelsLastConvolution? _convolution;
    DepthwiseConvolution? _depthwise;

    /// <summary>Size of the square image, channels in and out, groups: layers of ResNet, RegNetX and MobileNetV2.</summary>
    [Params("28,128,1", "14,160,10", "28,192,192")]
    public string Layer { get; set; } = "";

    int Size => int.Parse(Layer.Split(',')[0]);

    int Channels => int.Parse(Layer.Split(',')[1]);

    int Groups => int.Parse(Layer.Split(',')[2]);

    [GlobalSetup]
    public void CreateLayer()
    {
        var random = new Random(1);
        var axis = new WindowAxis(Size, Kernel: 3, Stride: 1, Dilation: 1, PadBefore: 1, PadAfter: 1, Size);
        _window = new(WindowAxis.Absent, axis, axis);
        _x = Numbers(random, _window.InputLength * Channels);
        _y = new float[_window.OutputLength * Channels];
        _weights = Numbers(random, Channels * (Channels / Groups) * _window.Taps);
        _bias = Numbers(random, Channels);
        if (Groups == Channels) _depthwise = new(_weights, _bias, _window, Limits.Relu);
        else _convolution = new(new(_weights, _bias, Channels, Channels, _window.Taps, Groups), _window, Limits.Relu);
    }

    [Benchmark(Baseline = true)]
    public void Definition() =>
    ChannelsLastConvolution.RunReference(_x, _weights, _bias, _y, images: 1, Channels, Channels, Groups, _window, Limits.Relu, []);

    [Benchmark]
    public void Kernel()
    {
        _convolution?.Run(_x, _y, images: 1);
        _depthwise?.Run(_x, _y, images: 1);
    }

    static float[] Numbers(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
}
