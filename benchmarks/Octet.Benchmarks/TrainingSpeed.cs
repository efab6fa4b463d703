using System.Diagnostics;
using Octet.Graphs;
using Octet.Operators;
using Octet.Tensors;
using Octet.Training;

namespace Octet.Benchmarks;

/// <summary>
/// <c>Octet.Benchmarks training seconds model.onnx batch threads [quantized]</c>: what a training step of a classifier costs a picture, and
/// where the time goes, operator by operator of the graph that really runs. Normalizations are folded, as they are before quantization.
/// </summary>
static class TrainingSpeed
{
    public static void Print(double seconds, string path, int batch, int threads, bool isQuantized)
    {
        var network = TrainedNetwork.Read(path, isQuantized);
        var shapes = network.Inputs.ToDictionary(input => input.Name, input => input.Shape!.Fill((_, _) => batch).With(0, batch));
        var options = new TrainingPlanOptions { BatchStatistics = false, Threads = threads };
        using (var plan = new TrainingPlan(network, shapes, [new ClassLoss()], options))
        {
            Fill(shapes.Keys.Select(plan.GetInput));
            plan.Step();
            var (best, minWork) = (double.MaxValue, double.MaxValue);
            for (var begin = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begin).TotalSeconds < seconds;)
            {
                var (start, work) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
                plan.Step();
                best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                minWork = Math.Min(minWork, (Environment.CpuUsage.TotalTime - work).TotalMilliseconds);
            }
            Console.WriteLine($"{Path.GetFileName(path)}, batch {batch}, {threads} "
                + $"thread(s), {(isQuantized ? "quantized" : "float")}: {best:F0} ms a step");
            Console.WriteLine($"a picture: {best / batch:F2} ms, {minWork / batch:F2} of processor time; "
                + $"peak {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MiB");
        }
        PrintSteps(seconds, network, shapes, options);
    }

    static void PrintSteps(double seconds, Graph network, Dictionary<string, Shape> shapes, TrainingPlanOptions options)
    {
        var training = new TrainingGraph(network, shapes, [new ClassLoss()], options);
        var infos = ShapeInference.Infer(training.Graph,
            training.Graph.Inputs.Select(
                input => (input,
                    new TensorInfo(input.Type, shapes.TryGetValue(input.Name, out var shape) ? shape : input.Shape!.Fill((_, _) => 1)))));
        var tensors = infos.ToDictionary(info => info.Key, info => info.Value.Value ?? new Tensor(info.Value.Type, info.Value.Shape));
        Fill(tensors.Values.Where(tensor => tensor.Type == DataType.Float32 && tensor.Length > 100));
        var times = new Dictionary<string, double>();
        var runs = 0;
        for (var begin = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begin).TotalSeconds < seconds; runs++)
        {
            foreach (var node in training.Graph.Nodes)
            {
                var start = Stopwatch.GetTimestamp();
                node.Operator.Run(Operands(node.Inputs), Operands(node.Outputs));
                var kind = node.Operator is TrainedConv or BackwardOf { Forward: TrainedConv }
                    ? $"{node.OpType} {KindOf(infos[node.Inputs[1]!].Shape)}" : node.OpType;
                times[kind] = times.GetValueOrDefault(kind) + Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            }
        }
        foreach (var (kind, time) in times.OrderByDescending(entry => entry.Value).Take(16))
            Console.WriteLine($"  {time / runs,9:F2} ms {kind}");

        Tensor[] Operands(IEnumerable<Value?> values) => [.. values.Select(value => value is null ? null! : tensors[value])];
    }

    static string KindOf(Shape weights) => weights[1] == 1 ? "depthwise" : weights[2] == 1 ? "pointwise" : "other";

    static void Fill(IEnumerable<Tensor> tensors)
    {
        var random = new Random(1);
        foreach (var tensor in tensors)
        {
            foreach (ref var element in tensor.Floats) element = random.NextSingle() - 0.5f;
        }
    }
}
