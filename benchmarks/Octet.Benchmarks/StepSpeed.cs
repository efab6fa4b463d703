using System.Diagnostics;
using Octet.Graphs;
using Octet.Lowering;
using Octet.Onnx;
using Octet.Operators;
using Octet.Running;
using Octet.Tensors;

namespace Octet.Benchmarks;

/// <summary><c>Octet.Benchmarks steps seconds model.onnx</c>: where the time of a model goes, node by node of the graph that really
/// runs.</summary>
static class StepSpeed
{
    public static void Print(double seconds, string path, int longest = 25)
    {
        var model = OnnxReader.Read(path);
        var inputs = model.Graph.Inputs.Select(ModelSpeed.Sample).ToArray();
        var graph = LoweredGraph.Of(model.Graph, new()).For(inputs).Graph;
        var infos = LoweredGraph.InfosOf(graph, inputs);
        var tensors = infos.ToDictionary(info => info.Key, info => info.Value.Value ?? new Tensor(info.Value.Type, info.Value.Shape));
        foreach (var (value, tensor) in graph.Inputs.Zip(inputs)) tensors[value] = tensor;

        var steps = graph.Nodes.Where(node => node.Outputs.Any(output => output is not null && infos[output].Value is null))
            .Select(node => (Node: node, Inputs: Operands(node.Inputs), Outputs: Operands(node.Outputs))).ToArray();
        var best = Enumerable.Repeat(double.MaxValue, steps.Length).ToArray();
        for (var begin = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begin).TotalSeconds < seconds;)
        {
            for (var i = 0; i < steps.Length; i++)
            {
                var start = Stopwatch.GetTimestamp();
                steps[i].Node.Operator.Run(steps[i].Inputs, steps[i].Outputs);
                best[i] = Math.Min(best[i], Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        }

        Console.WriteLine($"{steps.Length} steps, {best.Sum():F3} ms");
        foreach (var type in steps.Zip(best).GroupBy(step => step.First.Node.OpType)
            .OrderByDescending(type => type.Sum(step => step.Second)))
        {
            Console.WriteLine($"  {type.Key,-32} {type.Count(),4} × {type.Sum(step => step.Second),9:F3} ms");
        }
        foreach (var (step, time) in steps.Zip(best).OrderByDescending(step => step.Second).Take(longest))
        {
            Console.WriteLine(
                $"{time,9:F3} ms {step.Node.OpType,-28} {string.Join(", ", step.Inputs.Select(input => input?.Shape.ToString()))} "
                + $"→ {step.Outputs[0].Shape} {step.Node.Name}");
        }

        Tensor[] Operands(IEnumerable<Value?> values) => [.. values.Select(value => value is null ? null! : tensors[value])];
    }
}
