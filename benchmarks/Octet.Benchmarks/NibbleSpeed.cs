using System.Diagnostics;
using Octet.Graphs;
using Octet.Onnx;
using Octet.Operators;
using Octet.Running;
using Octet.Tensors;
using Octet.Verification;

namespace Octet.Benchmarks;

/// <summary>
/// <c>Octet.Benchmarks nibbles [turns] [accuracy_level]</c>: products with 4-bit matrices of 2048 × 2048 in blocks of 32, Octet and ONNX
/// Runtime by turns on one thread, and the median of the ratios.
/// </summary>
static class NibbleSpeed
{
    const int Extent = 2048, Block = 32;

    public static void Print(string[] options)
    {
        var turns = options is [var given, ..] ? int.Parse(given) : 15;
        var level = options is [_, var asked, ..] ? long.Parse(asked) : 0;
        foreach (var hasZeroPoints in new[] { false, true })
        {
            foreach (var rows in new[] { 1, 4, 8, 16, 64 }) Print(rows, hasZeroPoints, level, turns);
        }
    }

    static void Print(int rows, bool hasZeroPoints, long level, int turns)
    {
        var graph = Product(rows, hasZeroPoints, level);
        var sample = new Dictionary<string, Tensor> { ["x"] = Random(new(1), rows, Extent) };
        var path = Path.Combine(Path.GetTempPath(), $"octet-nibbles-{Environment.ProcessId}.onnx");
        OnnxWriter.Write(new Model { Graph = graph }, path);
        using var runtime = OnnxRuntime.Load(path);
        File.Delete(path);
        using var session = new Session(graph).Bind(sample);
        var repeats = Math.Max(1, 64 / rows);
        var ratios = new List<(double Ratio, double Octet, double Other)>();
        for (var turn = -3; turn < turns; turn++)
        {
            var (own, other) = (Seconds(() => session.Run(), repeats), Seconds(() => runtime.RunUnread(sample), repeats));
            if (turn >= 0) ratios.Add((own / other, own, other));
        }
        var (ratio, octet, theirs) = ratios.OrderBy(entry => entry.Ratio).ElementAt(turns / 2);
        Console.WriteLine($"{rows,3} rows{(hasZeroPoints ? ", zero points" : "")}: Octet {octet * 1e6:F0} µs, ONNX Runtime "
            + $"{theirs * 1e6:F0} µs, ratio {ratio:F2}");
    }

    static double Seconds(Action run, int repeats)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < repeats; i++) run();
        return Stopwatch.GetElapsedTime(start).TotalSeconds / repeats;
    }

    static Graph Product(int rows, bool hasZeroPoints, long level)
    {
        var random = new Random(2);
        var graph = new Graph { Name = "nibbles", Opsets = { [""] = 21, ["com.microsoft"] = 1 } };
        var x = graph.AddInput("x", DataType.Float32, new(rows, Extent));
        var attributes = new Attributes
        {
            ["K"] = (long)Extent,
            ["N"] = (long)Extent,
            ["bits"] = 4L,
            ["block_size"] = (long)Block,
            ["accuracy_level"] = level,
        };
        Value?[] inputs =
        [
            x, graph.AddConstant("b", Bytes(Extent, Extent / Block, Block / 2)),
            graph.AddConstant("scales", Random(random, Extent, Extent / Block)),
            hasZeroPoints ? graph.AddConstant("zeros", Bytes(Extent, Extent / Block / 2)) : null,
        ];
        graph.AddOutput(graph.Add(MatMulNBits.From(attributes), hasZeroPoints ? inputs : inputs[..3], "y", attributes,
            domain: "com.microsoft"));
        ShapeInference.Annotate(graph);
        return graph;

        Tensor Bytes(params int[] extents)
        {
            var tensor = new Tensor(DataType.UInt8, new(extents));
            random.NextBytes(tensor.Bytes);
            return tensor;
        }
    }

    static Tensor Random(Random random, params int[] extents)
    {
        var tensor = new Tensor(DataType.Float32, new(extents));
        foreach (ref var element in tensor.Floats) element = random.NextSingle() - 0.5f;
        return tensor;
    }
}
