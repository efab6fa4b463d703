using Octet.Graphs;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.ConformanceTests;

/// <summary>A graph of a few nodes between QuantizeLinear and DequantizeLinear.</summary>
/// <param name="Name">For test results.</param>
/// <param name="Expected">The operator that it has to become.</param>
/// <param name="Shapes">Of its inputs.</param>
/// <param name="Body">Adds the nodes between the inputs, which are rounded, and the output, which is rounded too.</param>
sealed record SmallIntegerModel(string Name, string Expected, int[][] Shapes, Func<SmallIntegerGraph, Value[], Value> Body)
{
    /// <summary>Whether integers are signed.</summary>
    public bool IsSigned { get; init; }

    /// <summary>Whether the output stays real.</summary>
    public bool GivesFloats { get; init; }

    public Graph Build()
    {
        var small = new SmallIntegerGraph(IsSigned);
        var inputs = Shapes.Select((shape, i) =>
            small.Round(small.Graph.AddInput($"x{i}", DataType.Float32, SymbolicShape.From(new Shape(shape))), 0.03f + 0.004f * i))
            .ToArray();
        var y = Body(small, inputs);
        small.Graph.AddOutput(GivesFloats ? y : small.Round(y, 0.041f));
        return small.Graph;
    }

    public static Dictionary<string, Tensor> Inputs(Graph graph, int seed)
    {
        var random = new Random(seed);
        return graph.Inputs.ToDictionary(input => input.Name, input =>
        {
            var tensor = new Tensor(DataType.Float32, input.Shape!.Fill((_, dimension) => dimension.Extent ?? 1));
            foreach (ref var number in tensor.Floats) number = random.NextSingle() * 6 - 3;
            return tensor;
        });
    }
}

/// <summary>Models of every kind of operator that has a form with integers.</summary>
static class SmallIntegerModels
{
    static readonly int[] Image = [2, 6, 9, 7];

    static readonly (string Name, string Expected, int[][] Shapes, Func<SmallIntegerGraph, Value[], Value> Body)[] Bodies =
    [
        ("conv", "QLinearConv", [Image], (g, x) => g.Conv(x[0], outputs: 5, kernel: 3)),
        ("depthwise, no bias", "QLinearConv", [Image], (g, x) => g.Conv(x[0], outputs: 6, kernel: 3, groups: 6, hasBias: false)),
        ("conv with relu", "Clip", [Image], (g, x) => g.Add("Relu", [g.Conv(x[0], outputs: 5, kernel: 1)])),
        ("conv with bounds", "Clip", [Image],
            (g, x) => g.Add("Clip", [g.Conv(x[0], outputs: 5, kernel: 1), g.Float(-0.7f), g.Float(1.3f)])),
        ("relu alone", "Clip", [Image], (g, x) => g.Conv(g.Round(g.Add("Relu", [x[0]]), 0.03f), outputs: 3, kernel: 1)),
        ("product", "QLinearMatMul", [[3, 8]], (g, x) => g.Add("MatMul", [x[0], g.Weights(1, 8, 5)])),
        ("product of two", "QLinearMatMul", [[2, 3, 8], [2, 8, 4]], (g, x) => g.Add("MatMul", [x[0], x[1]])),
        ("gemm", "QGemm", [[3, 8]], (g, x) => g.Gemm(x[0], outputs: 5)),
        ("sum", "QLinearAdd", [Image, Image], (g, x) => g.Add("Add", [x[0], x[1]])),
        ("sum of channels", "QLinearAdd", [Image, [1, 6, 1, 1]], (g, x) => g.Add("Add", [x[0], x[1]])),
        ("product of elements", "QLinearMul", [Image, Image], (g, x) => g.Add("Mul", [x[0], x[1]])),
        ("concat", "QLinearConcat", [Image, Image], (g, x) => g.Add("Concat", [x[0], x[1]], new() { ["axis"] = 1L })),
        ("average pool", "QLinearAveragePool", [Image],
            (g, x) => g.Add("AveragePool", [x[0]], new() { ["kernel_shape"] = new long[] { 3, 2 }, ["strides"] = new long[] { 2, 1 } })),
        ("global pool", "QLinearGlobalAveragePool", [Image], (g, x) => g.Add("GlobalAveragePool", [x[0]])),
        ("leaky relu", "QLinearLeakyRelu", [Image], (g, x) => g.Add("LeakyRelu", [x[0]], new() { ["alpha"] = 0.1f })),
        ("sigmoid", "QLinearSigmoid", [Image], (g, x) => g.Add("Sigmoid", [x[0]])),
        ("softmax", "QLinearSoftmax", [[3, 10]], (g, x) => g.Add("Softmax", [x[0]], new() { ["axis"] = 1L })),
        ("where", "QLinearWhere", [Image, Image], (g, x) => g.Add("Where", [g.Condition(Image), x[0], x[1]])),
        ("gate", "QLinearMul", [Image], (g, x) => g.Add("Mul", [x[0], g.Round(g.Add("Sigmoid", [x[0]]), 1 / 128f)])),
        ("max pool", "MaxPool", [Image], (g, x) => g.Conv(g.Round(
            g.Add("MaxPool", [x[0]], new() { ["kernel_shape"] = new long[] { 2, 2 } }), 0.03f), outputs: 3, kernel: 1)),
        ("transpose", "Transpose", [Image], (g, x) => g.Conv(g.Round(
            g.Add("Transpose", [x[0]], new() { ["perm"] = new long[] { 0, 1, 3, 2 } }), 0.03f), outputs: 3, kernel: 1)),
        ("depth to space", "DepthToSpace", [[1, 8, 3, 4]], (g, x) => g.Conv(g.Round(
            g.Add("DepthToSpace", [x[0]], new() { ["blocksize"] = 2L }), 0.03f), outputs: 3, kernel: 1)),
        ("space to depth", "SpaceToDepth", [[1, 2, 6, 4]], (g, x) => g.Conv(g.Round(
            g.Add("SpaceToDepth", [x[0]], new() { ["blocksize"] = 2L }), 0.03f), outputs: 3, kernel: 1)),
        ("nearest resize", "Resize", [Image], (g, x) => g.Conv(g.Round(
            g.Add("Resize", [x[0], null, g.Floats(1, 1, 2, 2)], new() { ["mode"] = "nearest" }), 0.03f), outputs: 3, kernel: 1)),
        ("slice", "Slice", [Image], (g, x) => g.Conv(g.Round(
            g.Add("Slice", [x[0], g.Longs(1), g.Longs(6), g.Longs(2)]), 0.03f), outputs: 3, kernel: 1)),
    ];

    public static IReadOnlyList<SmallIntegerModel> All { get; } =
    [
        .. Bodies.SelectMany(entry => new[] { false, true }.Select(signed =>
            new SmallIntegerModel($"{entry.Name}, {(signed ? "int8" : "uint8")}", entry.Expected, entry.Shapes, entry.Body)
            { IsSigned = signed })),
        new("gemm to floats", "QGemm", [[3, 8]], (g, x) => g.Gemm(x[0], outputs: 5)) { GivesFloats = true },
    ];
}

/// <summary>Adds nodes, with numbers that are the same in each run.</summary>
sealed class SmallIntegerGraph(bool isSigned)
{
    readonly Random _random = new(20261201);

    public Graph Graph { get; } = new() { Name = "small", Opsets = { [""] = 13 } };

    public Value Add(string opType, IEnumerable<Value?> inputs, Attributes? attributes = null) =>
        Graph.Add(opType, inputs, opType, attributes);

    public Value Round(Value real, float scale)
    {
        var (step, zero) = (Float(scale), Constant(isSigned ? Tensor.Scalar((sbyte)-3) : Tensor.Scalar((byte)117)));
        return Add("DequantizeLinear", [Add("QuantizeLinear", [real, step, zero]), step, zero]);
    }

    public Value Conv(Value x, int outputs, int kernel, int groups = 1, bool hasBias = true)
    {
        var channels = ChannelsOf(x);
        var weights = Weights(0, outputs, channels / groups, kernel, kernel);
        return Add("Conv", [x, weights, hasBias ? Bias(x, weights) : null], new()
        {
            ["group"] = (long)groups,
            ["kernel_shape"] = new long[] { kernel, kernel },
            ["pads"] = new long[] { kernel / 2, kernel / 2, kernel / 2, kernel / 2 },
        });
    }

    public Value Gemm(Value x, int outputs)
    {
        var weights = Weights(0, outputs, ChannelsOf(x));
        return Add("Gemm", [x, weights, Bias(x, weights)], new() { ["transB"] = 1L, ["beta"] = 1f });
    }

    /// <summary>int8 with a scale for each channel.</summary>
    public Value Weights(int axis, params int[] shape)
    {
        var integers = new Tensor(DataType.Int8, new(shape));
        foreach (ref var integer in integers.AsSpan<sbyte>()) integer = (sbyte)_random.Next(-127, 128);
        var scales = Enumerable.Range(0, shape[axis]).Select(i => 0.002f + 0.0003f * i).ToArray();
        return Add("DequantizeLinear", [Constant(integers), Floats(scales), Constant(new Tensor(DataType.Int8, [scales.Length]))],
            new() { ["axis"] = (long)axis });
    }

    public Value Float(float number) => Constant(Tensor.Scalar(number));

    public Value Floats(params float[] numbers) => Constant(Tensor.Of([numbers.Length], numbers));

    public Value Longs(params long[] numbers) => Constant(Tensor.Vector(numbers));

    public Value Condition(params int[] shape)
    {
        var tensor = new Tensor(DataType.Bool, new(shape));
        foreach (ref var element in tensor.Bytes) element = (byte)_random.Next(2);
        return Constant(tensor);
    }

    Value Bias(Value x, Value weights)
    {
        var (step, scales) = (x.Producer!.Inputs[1]!.Constant!.Floats[0], weights.Producer!.Inputs[1]!.Constant!.Floats.ToArray());
        var integers = Tensor.Of([scales.Length], scales.Select(_ => _random.Next(-500, 500)).ToArray());
        return Add("DequantizeLinear", [Constant(integers), Floats([.. scales.Select(scale => step * scale)]), null],
            new() { ["axis"] = 0L });
    }

    static int ChannelsOf(Value x) => x.Shape!.Fill((_, dimension) => dimension.Extent ?? 1)[1];

    Value Constant(Tensor tensor) => Graph.AddConstant(Graph.UniqueName("constant"), tensor);
}
