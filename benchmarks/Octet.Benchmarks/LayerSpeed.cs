using System.Diagnostics;
using Octet.Kernels;

namespace Octet.Benchmarks;

/// <summary>
/// <c>Octet.Benchmarks layers [milliseconds]</c>: how near the matrix kernels come to the peak of one core, layer by layer of real networks.
/// The fastest of many runs counts, so that the figures hold on a shared machine too.
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

    public static void Print(string[] options)
    {
        var time = TimeSpan.FromMilliseconds(options is [var given, ..] ? double.Parse(given) : 200);
        var peak = Peak.MeasureGigaflops();
        Console.WriteLine($"peak of one core {peak:F1} GFLOP/s; level {Simd.Current}");
        foreach (var (name, layers) in new[] { ("MobileNetV2, pointwise", MobileNetV2), ("ResNet-50, pointwise", ResNet50) })
        {
            Console.WriteLine(name);
            foreach (var layer in layers) PrintPointwise(layer, peak, time);
        }
    }

    static void PrintPointwise((int Pixels, int Inputs, int Outputs) layer, double peak, TimeSpan time)
    {
        var (pixels, inputs, outputs) = layer;
        var random = new Random(1);
        var weights = PackedMatrix.Of(Numbers(random, inputs * outputs), inputs, outputs, isTransposed: false, Numbers(random, outputs));
        var (x, y) = (Numbers(random, pixels * inputs), new float[pixels * outputs]);
        Print($"{pixels} × {inputs} → {outputs}", 2.0 * pixels * inputs * outputs, peak, time, () => Gemm.Multiply(x, weights, y, pixels, Limits.Relu6));
    }

    static void Print(string layer, double operations, double peak, TimeSpan time, Action run)
    {
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
}
