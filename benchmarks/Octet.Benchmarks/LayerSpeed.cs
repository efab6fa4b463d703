using System.Diagnostics;
using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Benchmarks;

/// <summary>
/// <c>Octet.Benchmarks layers [milliseconds] [text]</c>: how near the matrix kernels come to the peak of one core, layer by layer of real
/// networks. The fastest of many runs counts, so that the figures hold on a shared machine too. With a text, only layers whose name holds
/// it are measured.
/// </summary>
static class LayerSpeed
{
    /// <summary>Pointwise convolutions and the classifier of MobileNetV2 at 224 × 224: pixels, input and output channels.</summary>
    static readonly (int Pixels, int Inputs, int Outputs)[] MobileNetV2 =
    [
        (12544, 32, 16), (12544, 16, 96), (3136, 96, 24), (3136, 24, 144), (3136, 144, 24), (784, 144, 32), (784, 32, 192), (784, 192, 32),
        (196, 192, 64), (196, 64, 384), (196, 384, 64), (196, 384, 96), (196, 96, 576), (196, 576, 96),
        (49, 576, 160), (49, 160, 960), (49, 960, 160), (49, 960, 320), (49, 320, 1280), (1, 1280, 1000),
    ];

    static readonly (int Pixels, int Inputs, int Outputs)[] ResNet50 =
    [
        (3136, 64, 64), (3136, 64, 256), (3136, 256, 64), (784, 128, 512), (784, 512, 128),
        (196, 256, 1024), (196, 1024, 256), (49, 512, 2048), (49, 2048, 512), (1, 2048, 1000),
    ];

    /// <summary>Convolutions of 3 × 3 and more: size of the square image, input and output channels, taps of a side, stride.</summary>
    static readonly (int Size, int Inputs, int Outputs, int Kernel, int Stride)[] Windowed =
    [
        (224, 3, 32, 3, 2), (224, 3, 64, 7, 2), (56, 64, 64, 3, 1), (56, 128, 128, 3, 2), (28, 128, 128, 3, 1), (14, 256, 256, 3, 1),
            (7, 512, 512, 3, 1),
        (56, 256, 512, 1, 2), (14, 1024, 2048, 1, 2),
    ];

    /// <summary>Depthwise convolutions of MobileNetV2 and of networks with windows of 5 × 5: size, channels, taps of a side,
    /// stride.</summary>
    static readonly (int Size, int Channels, int Kernel, int Stride)[] Depthwise =
    [
        (112, 32, 3, 1), (112, 96, 3, 2), (56, 144, 3, 1), (56, 144, 3, 2), (28, 192, 3, 1), (28, 192, 3, 2), (14, 384, 3, 1),
            (14, 576, 3, 1), (14, 576, 3, 2), (7, 960, 3, 1),
        (28, 240, 5, 1), (56, 144, 5, 2), (14, 672, 5, 1), (7, 1152, 5, 1),
    ];

    static string s_filter = "";

    public static void Print(string[] options)
    {
        var time = TimeSpan.FromMilliseconds(options is [var given, ..] ? double.Parse(given) : 200);
        var peak = Peak.MeasureGigaflops();
        s_filter = options is [_, var text, ..] ? text : "";
        Console.WriteLine($"peak of one core {peak:F1} GFLOP/s; level {Simd.Current}");
        foreach (var (name, layers) in new[] { ("MobileNetV2, pointwise", MobileNetV2), ("ResNet-50, pointwise", ResNet50) })
        {
            Console.WriteLine(name);
            foreach (var layer in layers) PrintPointwise(layer, peak, time);
        }
        Console.WriteLine("windows");
        foreach (var layer in Windowed) PrintWindowed(layer, peak, time);
        Console.WriteLine("depthwise");
        foreach (var layer in Depthwise) PrintDepthwise(layer, peak, time);
    }

    static void PrintWindowed((int Size, int Inputs, int Outputs, int Kernel, int Stride) layer, double peak, TimeSpan time)
    {
        var (size, inputs, outputs, kernel, stride) = layer;
        var random = new Random(1);
        var window = Window(size, kernel, stride);
        var filters =
            new PackedFilters(Numbers(random, outputs * inputs * window.Taps), Numbers(random, outputs), outputs, inputs, window.Taps,
                groups: 1);
        var convolution = new ChannelsLastConvolution(filters, window, Limits.Relu, readsChannelsFirst: inputs == 3);
        var (x, y) = (Aligned(Numbers(random, window.InputLength * inputs)), Aligned(new float[window.OutputLength * outputs]));
        Print(
            $"{size}², {inputs} → {outputs}, {kernel} × {kernel} / {stride}", 2.0 * window.OutputLength * outputs * inputs * window.Taps,
            peak, time,
            () => convolution.Run(x.Floats, y.Floats, images: 1));
    }

    static void PrintDepthwise((int Size, int Channels, int Kernel, int Stride) layer, double peak, TimeSpan time)
    {
        var (size, channels, kernel, stride) = layer;
        var random = new Random(1);
        var window = Window(size, kernel, stride);
        var convolution =
            new DepthwiseConvolution(Numbers(random, channels * window.Taps), Numbers(random, channels), window, Limits.Relu6);
        var (x, y) = (Aligned(Numbers(random, window.InputLength * channels)), Aligned(new float[window.OutputLength * channels]));
        Print($"{size}², {channels}, {kernel} × {kernel} / {stride}", 2.0 * window.OutputLength * channels * window.Taps, peak, time,
            () => convolution.Run(x.Floats, y.Floats, images: 1));
    }

    /// <summary>A window over a square image, padded so that only the stride makes the result smaller.</summary>
    static WindowGeometry Window(int size, int kernel, int stride)
    {
        var axis = new WindowAxis(size, kernel, stride, Dilation: 1, kernel / 2, kernel / 2, (size - 1) / stride + 1);
        return new(WindowAxis.Absent, axis, axis);
    }

    static void PrintPointwise((int Pixels, int Inputs, int Outputs) layer, double peak, TimeSpan time)
    {
        var (pixels, inputs, outputs) = layer;
        var random = new Random(1);
        var weights = PackedMatrix.Of(Numbers(random, inputs * outputs), inputs, outputs, isTransposed: false, Numbers(random, outputs));
        var (x, y) = (Aligned(Numbers(random, pixels * inputs)), Aligned(new float[pixels * outputs]));
        Print($"{pixels} × {inputs} → {outputs}", 2.0 * pixels * inputs * outputs, peak, time,
            () => Gemm.Multiply(x.Floats, weights, y.Floats, pixels, Limits.Relu6));
    }

    static void Print(string layer, double operations, double peak, TimeSpan time, Action run)
    {
        if (!layer.Contains(s_filter)) return;
        var seconds = Fastest(run, time);
        var speed = operations / seconds / 1e9;
        Console.WriteLine($"  {layer,-28} {seconds * 1e6,8:F1} µs {speed,7:F1} GFLOP/s {speed / peak,5:P0}");
    }

    static double Fastest(Action run, TimeSpan time)
    {
        var best = double.MaxValue;
        var begin = Stopwatch.GetTimestamp();
        for (var i = 0; i < 5 || Stopwatch.GetElapsedTime(begin) < time; i++)
        {
            var start = Stopwatch.GetTimestamp();
            run();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        return best;
    }

    static float[] Numbers(Random random, int count)
    {
        var numbers = new float[count];
        foreach (ref var number in numbers.AsSpan()) number = random.NextSingle() - 0.5f;
        return numbers;
    }

    /// <summary>Images as the engine holds them: what an array holds may lie across cache lines.</summary>
    static Tensor Aligned(params ReadOnlySpan<float> values) => Tensor.Of([values.Length], values);
}
