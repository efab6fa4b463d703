using System.Diagnostics;
using Octet.Graphs;
using Octet.Onnx;
using Octet.Running;
using Octet.Tensors;

namespace Octet.Benchmarks;

/// <summary><c>Octet.Benchmarks models seconds model.onnx …</c>: the time of one sample through whole models, on one thread.</summary>
static class ModelSpeed
{
    public static void Print(double seconds, string[] models)
    {
        foreach (var path in models)
        {
            var model = OnnxReader.Read(path);
            var session = new Session(model.Graph);
            var inputs = model.Graph.Inputs.ToDictionary(input => input.Name, Sample);
            var times = Measure(() => session.Run(inputs, _ => { }), seconds);
            Console.WriteLine($"{Path.GetFileNameWithoutExtension(path),-40} median {times[times.Count / 2],8:F2} ms, "
                + $"least {times[0],8:F2} ms, {times.Count} runs");
        }
    }

    /// <summary>A batch of one of what the input takes; the same numbers each time.</summary>
    public static Tensor Sample(Value input)
    {
        var random = new Random(1);
        var tensor = new Tensor(input.Type, input.Shape!.Fill((_, dimension) => dimension.Extent ?? 1));
        foreach (ref var number in tensor.Floats) number = random.NextSingle() * 2 - 1;
        return tensor;
    }

    static List<double> Measure(Action run, double seconds)
    {
        var times = new List<double>();
        // Half a second to compile, measured times after that.
        for (var begin = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begin).TotalSeconds < 0.5;) run();
        for (var begin = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begin).TotalSeconds < seconds || times.Count < 3;)
        {
            var start = Stopwatch.GetTimestamp();
            run();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        times.Sort();
        return times;
    }
}
