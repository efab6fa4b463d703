using System.Diagnostics;
using System.Globalization;
using Octet.Benchmarks.Networks;
using Octet.Graphs;
using Octet.Tensors;
using Octet.Training;

namespace Octet.Benchmarks.Torch;

/// <summary>Training steps of Octet and TorchSharp by turns, on batches of 16 pictures of 224 × 224.</summary>
static class TrainingComparison
{
    const int Batch = 16;
    const int Size = 224;

    /// <summary>The networks by name: MobileNetV2 of the shared folder, and ResNet-18 with random weights.</summary>
    public static IEnumerable<(string Name, string File)> Networks()
    {
        var shared = Environment.GetEnvironmentVariable("OCTET_SHARED") ?? "../shared";
        yield return ("MobileNetV2", Path.Combine(shared, "models", "mobilenet_v2_1.0_224.onnx"));
        var resnet = Path.Combine(Path.GetTempPath(), $"octet-resnet18-{Environment.ProcessId}.onnx");
        ResNet.Write(resnet, [2, 2, 2, 2], isDeep: false);
        yield return ("ResNet-18", resnet);
        File.Delete(resnet);
    }

    /// <param name="turns">How often each step is taken; the fastest counts.</param>
    public static void Print(int turns)
    {
        Console.WriteLine("| network | threads | TorchSharp float | Octet float | Octet, powers of two | float ÷ TorchSharp | "
            + "powers of two ÷ TorchSharp | powers of two ÷ own float |\n|---|---|---|---|---|---|---|---|");
        foreach (var (name, file) in Networks())
        {
            foreach (var threads in new[] { 1, 2 }) Console.WriteLine(Line(name, file, threads, turns));
        }
    }

    static string Line(string name, string file, int threads, int turns)
    {
        var (floats, quantized) = (TrainedNetwork.Read(file, isQuantized: false), TrainedNetwork.Read(file, isQuantized: true));
        var (pictures, classes) = Data(Batch, Size);
        using var torch = new TorchStep(floats, pictures, classes, [Batch, 3, Size, Size], threads);
        using var octet = new OctetStep(floats, pictures, classes, [Batch, 3, Size, Size], threads, QuantizerTraining.Fixed);
        using var rounded =
            new OctetStep(quantized, pictures, classes, [Batch, 3, Size, Size], threads, QuantizerTraining.LearnedThresholds);
        Func<float>[] steps = [torch.Run, octet.Run, rounded.Run];
        var best = Enumerable.Repeat(double.MaxValue, steps.Length).ToArray();
        foreach (var step in steps) step();
        for (var turn = 0; turn < turns; turn++)
        {
            for (var index = 0; index < steps.Length; index++)
            {
                var start = Stopwatch.GetTimestamp();
                steps[index]();
                best[index] = Math.Min(best[index], Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        }
        return string.Create(CultureInfo.InvariantCulture, $"| {name} | {threads} | {best[0]:F0} ms | {best[1]:F0} ms | {best[2]:F0} ms | "
            + $"{best[1] / best[0]:F2} | {best[2] / best[0]:F2} | {best[2] / best[1]:F2} |");
    }

    /// <summary>Pictures and classes, the same on each run.</summary>
    public static (float[] Pictures, long[] Classes) Data(int batch, int size)
    {
        var random = new Random(1);
        return ([.. Enumerable.Range(0, batch * 3 * size * size).Select(_ => random.NextSingle() * 2 - 1)],
            [.. Enumerable.Range(0, batch).Select(_ => (long)random.Next(1000))]);
    }
}
