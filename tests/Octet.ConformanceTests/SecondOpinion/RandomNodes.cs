using Octet.Graphs;
using Octet.Onnx;
using Octet.Operators;
using Octet.Running;
using Octet.Tensors;

namespace Octet.ConformanceTests;

/// <summary>A model of many nodes that have nothing to do with each other, each on constants of its own: one run of ONNX Runtime judges all
/// of them.</summary>
sealed class RandomNodes(Random random, int opset)
{
    readonly Graph _graph = new() { Name = "random", Opsets = { [""] = opset } };

    public Random Random { get; } = random;

    public T Pick<T>(params ReadOnlySpan<T> choices) => choices[Random.Next(choices.Length)];

    public long[] Integers(int count, int min, int max) => [.. Enumerable.Range(0, count).Select(_ => (long)Random.Next(min, max + 1))];

    /// <summary>Values from −1 to 1.</summary>
    public Tensor Floats(params ReadOnlySpan<int> extents)
    {
        var tensor = new Tensor(DataType.Float32, new(extents));
        foreach (ref var value in tensor.Floats) value = Random.NextSingle() * 2 - 1;
        return tensor;
    }

    /// <summary>Adds a node; the label of its outputs says all that is needed to repeat it.</summary>
    public void Add(string opType, Attributes attributes, params ReadOnlySpan<Tensor?> inputs)
    {
        var place = _graph.Nodes.Count;
        var shapes = string.Join(" ", inputs.ToArray().Select(input => input?.Shape.ToString() ?? "-"));
        var op = OperatorTable.Create("", opType, opset, attributes);
        var infos = op.InferChecked([.. inputs.ToArray().Select(input => input is null ? null! : TensorInfo.Of(input))]);
        var values = inputs.ToArray().Select((input, i) => input is null ? null : _graph.AddConstant($"input_{place}_{i}", input))
            .ToArray();
        var outputs = Enumerable.Range(0, attributes.OutputCount)
            .Select(i => _graph.NewValue($"{place}_{i} {opType} {Text(attributes)} of {shapes}")).ToArray();
        _graph.Add(op, values, outputs, attributes, name: $"node {place}");
        foreach (var (output, info) in outputs.Zip(infos))
        {
            (output.Type, output.Shape) = (info.Type, SymbolicShape.From(info.Shape));
            _graph.AddOutput(output);
        }
    }

    /// <summary>Runs the model here and there.</summary>
    /// <returns>What differs by more than 1e−4, a line each.</returns>
    public List<string> Differences()
    {
        using var folder = new TemporaryFolder();
        var path = folder.PathOf("random.onnx");
        OnnxWriter.Write(new Model { Graph = _graph }, path);
        using var runtime = OnnxRuntime.Load(path);
        var expected = runtime.Run(new Dictionary<string, Tensor>());
        var actual = new Session(_graph).Run(new Dictionary<string, Tensor>());

        return
        [
            .. from output in expected
               let difference = TensorComparison.Difference(output.Value, actual[output.Key], relative: 1e-4, absolute: 1e-5)
               where difference is not null
               select $"{output.Key}: {difference}",
        ];
    }

    static string Text(Attributes attributes) =>
        string.Join(", ",
            attributes.Select(
                attribute => $"{attribute.Key} {(attribute.Value is long[] list ? $"[{string.Join(" ", list)}]" : attribute.Value)}"));
}
