using Octet.Graphs;
using Octet.Operators;
using Octet.Tensors;
using Octet.Tests.Operators;

namespace Octet.Tests.Lowering;

/// <summary>A graph of image operators that is run while it grows, node by node and just as the operators say: what faster ways to run it
/// are tested against.</summary>
sealed class ImageGraph(int seed, int opset = 13)
{
    readonly Random _random = new(seed);
    readonly Dictionary<Value, Tensor> _tensors = [];

    public Graph Graph { get; } = new() { Name = "images", Opsets = { [""] = opset } };

    public Tensor this[Value value] => _tensors[value];

    public Dictionary<string, Tensor> Inputs => Graph.Inputs.ToDictionary(input => input.Name, input => _tensors[input]);

    public Value Input(params int[] shape)
    {
        var value = Graph.AddInput($"x{Graph.Inputs.Count}", DataType.Float32, SymbolicShape.From(new Shape(shape)));
        _tensors[value] = Numbers(shape);
        return value;
    }

    public Value Constant(params int[] shape) => Constant(Numbers(shape));

    public Value Constant(Tensor tensor)
    {
        var value = Graph.AddConstant(Graph.UniqueName("constant"), tensor);
        _tensors[value] = tensor;
        return value;
    }

    /// <summary>Adds a node and runs it.</summary>
    public Value Add(string opType, IEnumerable<Value?> inputs, Attributes? attributes = null, int outputs = 1)
    {
        var withCount = new Attributes { OutputCount = outputs };
        foreach (var (name, value) in attributes ?? []) withCount.Add(name, value);
        var op = OperatorTable.Create("", opType, Graph.Opset, withCount);

        var results = OperatorRun.Outputs(op, outputs, [.. inputs.Select(input => input is null ? null : _tensors[input])]);

        var values = results.Select(_ => Graph.NewValue(Graph.UniqueName(opType))).ToArray();
        var node = Graph.Add(op, inputs, values, withCount, name: values[0].Name);
        foreach (var (value, result) in values.Zip(results)) _tensors[value] = result;
        return node.Output;
    }

    public Value Conv(Value x, int outputs, int kernel, int stride = 1, int groups = 1, int pad = 0, bool hasBias = true)
    {
        var inputs = _tensors[x].Shape[1];
        return Add("Conv", [x, Constant(outputs, inputs / groups, kernel, kernel), hasBias ? Constant(outputs) : null], new()
        {
            ["group"] = (long)groups,
            ["strides"] = new long[] { stride, stride },
            ["pads"] = new long[] { pad, pad, pad, pad },
        });
    }

    public Value Axes(params ReadOnlySpan<long> axes) => Constant(Tensor.Vector(axes));

    Tensor Numbers(params int[] shape)
    {
        var tensor = new Tensor(DataType.Float32, new(shape));
        foreach (ref var number in tensor.Floats) number = _random.NextSingle() * 2 - 1;
        return tensor;
    }
}
