using System.Text.Json;
using Octet.Graphs;
using Octet.Numerics;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Tests.Training;

/// <summary>Writes the computation of a record of <c>golden/autograd</c> as a graph.</summary>
/// <param name="op">The name of PyTorch's function.</param>
/// <param name="attributes">Its arguments.</param>
/// <param name="arrays">The record's arrays.</param>
sealed class AutogradGolden(string op, JsonElement attributes, IReadOnlyDictionary<string, Tensor> arrays)
{
    readonly Dictionary<string, Value> _inputs = [];

    public Graph Graph { get; } = new() { Opsets = { [""] = 22 } };

    public IReadOnlyDictionary<string, Value> Inputs => _inputs;

    public Value Build()
    {
        foreach (var (name, array) in arrays.Where(array => array.Key.StartsWith("in_", StringComparison.Ordinal)))
        {
            _inputs[name[3..]] = Graph.AddInput(name[3..], array.Type, SymbolicShape.From(array.Shape));
        }
        var output = Output();
        Graph.AddOutput(output);
        return output;
    }

    Value Output() => op switch
    {
        "fake_quantize_per_tensor_affine" => Round(X, Parameters(attributes, [(float)Number("scale")], [Integer("zero_point")], null)),
        "fake_quantize_per_channel_affine" =>
            Round(X, Parameters(attributes, arrays["in_scale"].Floats.ToArray(), Integers("in_zero_point"), Integer("axis"))),
        "fq(conv2d(fq(x), fq(w), b))" => QuantizedConvolution(),
        "clamp" => Add("Clip", [X, Scalar((float)Number("min")), Scalar((float)Number("max"))]),
        "conv2d" => Add("Conv", [X, Input("w"), Optional("b")], Window(2)),
        "conv_transpose2d" => Add("ConvTranspose", [X, Input("w"), Optional("b")], Window(2)),
        "batch_norm" =>
            Normalize(X, Parameter("g", 1), Parameter("b", 0), Input("rm"), Input("rv"), attributes.GetProperty("training").GetBoolean()),
        "layer_norm" =>
            Add("LayerNormalization", [X, Input("g"), Input("b")],
                new()
                {
                    ["axis"] = -(long)attributes.GetProperty("normalized_shape").GetArrayLength(),
                    ["epsilon"] = (float)Number("eps")
                }),
        "group_norm" =>
            Add("GroupNormalization", [X, Input("g"), Input("b")],
                new() { ["num_groups"] = (long)Integer("num_groups"), ["epsilon"] = (float)Number("eps") }),
        "linear" when Optional("b") is { } bias => Add("Gemm", [X, Input("w"), bias], new() { ["transB"] = 1L }),
        "linear" => Add("MatMul", [X, Add("Transpose", [Input("w")], new() { ["perm"] = new long[] { 1, 0 } })]),
        "matmul" => Add("MatMul", [Input("a"), Input("b")]),
        "max_pool2d" or "avg_pool2d" => Pool(),
        "adaptive_avg_pool2d" => AdaptivePool(),
        "prelu" => Add("PRelu", [X, Add("Reshape", [Input("a"), Longs(-1, 1)])]),
        "softmax" or "log_softmax" => Add(op == "softmax" ? "Softmax" : "LogSoftmax", [X], new() { ["axis"] = (long)Integer("dim") }),
        "cross_entropy" => CrossEntropy(),
        "kl_div" => Add(new ScoreDistance(Number("temperature")), Input("s"), Input("t")),
        "mse_loss" => Add("ReduceMean", [Square(Add("Sub", [X, Input("t")]))], new() { ["keepdims"] = 0L }),
        "interpolate" => Interpolate(),
        "add" when Optional("b") is null => Add("Sum", [Input("a"), Add("Mul", [Input("a"), Input("a")]), Add("Identity", [Input("a")])]),
        "add" or "sub" or "div" => Add(Capital(op), [Input("a"), Input("b")]),
        "mul" when Optional("s") is { } gate => Add("Mul", [X, Add("Sigmoid", [gate])]),
        "mul" => Add("Mul", [Input("a"), Input("b")]),
        "concat" => Add("Concat", [Input("a"), Input("b"), Input("c")], new() { ["axis"] = 1L }),
        "mean" => Add("ReduceMean", [X, Longs(2, 3)]),
        "sum" => Add("ReduceSum", [X, Longs(1)], new() { ["keepdims"] = 0L }),
        "permute+reshape" => Add("Reshape", [Add("Transpose", [X], new() { ["perm"] = new long[] { 0, 2, 3, 1 } }), Longs(0, -1)]),
        "pad" => Add("Pad", [X, Longs(0, 0, 0, 1, 0, 0, 3, 2), Scalar(0.5f)]),
        "slice" => Add("Slice", [X, Longs(1, 2), Longs(7, 5), Longs(1, 2), Longs(2, 1)]),
        "block" => InvertedResidual(),
        _ => Activation(),
    };

    Value X => Input("x");

    Value Activation() => op switch
    {
        // PyTorch's relu6 and hardtanh have gradient 0 at their limits, where clamp and Octet's Clip have 1.
        "relu6" => Add("Clip", [X, Scalar(0), Scalar(6)]),
        "hardtanh" => Add("Clip", [X, Scalar(-1), Scalar(1)]),
        "hardsigmoid" => Add("HardSigmoid", [X], new() { ["alpha"] = 1 / 6f }),
        "hardswish" => Add("HardSwish", [X]),
        "silu" => Add(new Swish(1), X),
        "gelu_erf" => Add("Gelu", [X]),
        "gelu_tanh" => Add("Gelu", [X], new() { ["approximate"] = "tanh" }),
        "leaky_relu_0.1" => Add("LeakyRelu", [X], new() { ["alpha"] = 0.1f }),
        _ => Add(Capital(op), [X]),
    };

    Value QuantizedConvolution()
    {
        Value Fake(string name, Value value)
        {
            var one = attributes.GetProperty(name);
            return Round(value, Parameters(one, [one.GetProperty("scale").GetSingle()], [one.GetProperty("zp").GetInt32()], null));
        }
        var weights = Round(Input("w"), Parameters(attributes.GetProperty("w"), arrays["in_ws"].Floats.ToArray(), Integers("in_wz"), 0));
        return Fake("y", Add("Conv", [Fake("x", X), weights, Input("b")], Window(2)));
    }

    Value InvertedResidual()
    {
        Value Normal(Value x, int layer)
        {
            var channels = arrays[$"in_g{layer}"].Length;
            Value Constant(float element) =>
                Graph.AddConstant(Graph.UniqueName("running"), Tensor.Of<float>([channels], [.. Enumerable.Repeat(element, channels)]));
            return Normalize(x, Input($"g{layer}"), Input($"b{layer}"), Constant(0), Constant(1), isTraining: true);
        }
        Value Relu6(Value x) => Add("Clip", [x, Scalar(0), Scalar(6)]);

        var wide = Relu6(Normal(Add("Conv", [X, Input("w1")]), 1));
        var filtered = Relu6(Normal(Add("Conv", [wide, Input("w2")], new() { ["group"] = 12L, ["pads"] = new long[] { 1, 1, 1, 1 } }), 2));
        return Add("Add", [X, Normal(Add("Conv", [filtered, Input("w3")]), 3)]);
    }

    Value Normalize(Value x, Value scale, Value bias, Value mean, Value variance, bool isTraining)
    {
        var epsilon = attributes.TryGetProperty("eps", out var given) ? given.GetSingle() : 1e-5f;
        var share = attributes.TryGetProperty("momentum", out given) ? 1 - given.GetSingle() : 0.9f;
        if (!isTraining) return Add(new BatchNormalization(epsilon), x, scale, bias, mean, variance);
        var outputs = new[] { "normalized", "updated_mean", "updated_variance" }.Select(name => Graph.NewValue(Graph.UniqueName(name)))
            .ToArray();
        Graph.Add(new TrainingBatchNormalization(epsilon, share, UnbiasedVariance: true), [x, scale, bias, mean, variance], outputs);
        return outputs[0];
    }

    Value Pool()
    {
        var window = Window(2, "kernel");
        if (op == "avg_pool2d")
            window["count_include_pad"] = !attributes.TryGetProperty("count_include_pad", out var counts) || counts.GetBoolean() ? 1L : 0;
        if (attributes.TryGetProperty("ceil_mode", out _)) window["ceil_mode"] = 1L;
        return Add(op == "avg_pool2d" ? "AveragePool" : "MaxPool", [X], window);
    }

    /// <summary>ONNX has no such operator: each result is the mean of its part.</summary>
    Value AdaptivePool()
    {
        var size = attributes.GetProperty("output_size").EnumerateArray().Select(extent => extent.GetInt64()).ToArray();
        if (size is [1, 1]) return Add("GlobalAveragePool", [X]);
        Value Part(Value x, long axis, long index)
        {
            var extent = arrays["in_x"].Shape[(int)axis];
            var (from, to) = (index * extent / size[axis - 2], ((index + 1) * extent + size[axis - 2] - 1) / size[axis - 2]);
            return Add("ReduceMean", [Add("Slice", [x, Longs(from), Longs(to), Longs(axis)]), Longs(axis)]);
        }
        Value Joined(Value x, long axis) =>
            Add("Concat", Enumerable.Range(0, (int)size[axis - 2]).Select(index => (Value?)Part(x, axis, index)),
                new() { ["axis"] = axis });
        return Joined(Joined(X, 2), 3);
    }

    Value CrossEntropy()
    {
        var classes = Add("Cast", [Input("t")], new() { ["to"] = (long)DataType.Int64 });
        long? ignored = attributes.TryGetProperty("ignore_index", out var given) ? given.GetInt64() : null;
        if (!attributes.TryGetProperty("reduction", out var reduction))
        {
            return Add(new SmoothedCrossEntropy(attributes.TryGetProperty("label_smoothing", out given) ? given.GetDouble() : 0, ignored),
                X, classes);
        }
        return Add("SoftmaxCrossEntropyLoss", [X, classes], new() { ["reduction"] = reduction.GetString()! });
    }

    Value Interpolate()
    {
        var corners = attributes.TryGetProperty("align_corners", out var given) && given.GetBoolean();
        var isNearest = attributes.GetProperty("mode").GetString() == "nearest";
        var shape = arrays["out_y"].Shape;
        return Add("Resize", [X, null, null, Longs(shape[0], shape[1], shape[2], shape[3])], new()
        {
            ["mode"] = isNearest ? "nearest" : "linear",
            ["coordinate_transformation_mode"] = corners ? "align_corners" : isNearest ? "asymmetric" : "half_pixel",
            ["nearest_mode"] = "floor",
        });
    }

    Value Square(Value x) => Add("Mul", [x, x]);

    Value Round(Value x, QuantizationParameters parameters) => Add(new FakeQuantize(parameters), x);

    static QuantizationParameters Parameters(JsonElement facts, float[] scales, int[] zeroPoints, int? axis)
    {
        var (low, high) = facts.TryGetProperty("quant_min", out var min)
            ? (min.GetInt32(), facts.GetProperty("quant_max").GetInt32())
            : (facts.GetProperty("q")[0].GetInt32(), facts.GetProperty("q")[1].GetInt32());
        var bits = (int)Math.Ceiling(Math.Log2(high - low + 1));
        return new(new(bits, low < 0, Symmetric: low < 0, NarrowRange: low < 0 && low == -high), [.. scales], [.. zeroPoints], axis);
    }

    Attributes Window(int rank, string kernel = "kernel_size")
    {
        var window = new Attributes();
        if (Pairs(kernel) is { } extents) window["kernel_shape"] = extents;
        if (Pairs("stride") is { } strides) window["strides"] = strides;
        if (Pairs("padding") is { } pads) window["pads"] = (long[])[.. pads, .. pads];
        if (Pairs("dilation") is { } dilations) window["dilations"] = dilations;
        if (Pairs("output_padding") is { } outputPadding) window["output_padding"] = outputPadding;
        if (attributes.TryGetProperty("groups", out var groups)) window["group"] = groups.GetInt64();
        return window;

        long[]? Pairs(string name) => !attributes.TryGetProperty(name, out var value) ? null
            : value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(entry => entry.GetInt64())]
            : [.. Enumerable.Repeat(value.GetInt64(), rank)];
    }

    Value Add(string opType, IEnumerable<Value?> inputs, Attributes? opAttributes = null) =>
        Graph.Add(opType, inputs, opType, opAttributes);

    Value Add(Operator node, params Value[] inputs)
    {
        var output = Graph.NewValue(Graph.UniqueName(node.OpType));
        Graph.Add(node, inputs, [output]);
        return output;
    }

    Value Input(string name) => _inputs[name];

    Value? Optional(string name) => _inputs.GetValueOrDefault(name);

    Value Parameter(string name, float fallback)
    {
        var channels = arrays["in_rm"].Length;
        return Optional(name)
            ?? Graph.AddConstant(Graph.UniqueName(name), Tensor.Of<float>([channels], [.. Enumerable.Repeat(fallback, channels)]));
    }

    Value Scalar(float value) => Graph.AddConstant(Graph.UniqueName("scalar"), Tensor.Scalar(value));

    Value Longs(params long[] values) => Graph.AddConstant(Graph.UniqueName("integers"), Tensor.Vector(values));

    double Number(string name) => attributes.GetProperty(name).GetDouble();

    int Integer(string name) => attributes.GetProperty(name).GetInt32();

    int[] Integers(string name) =>
        arrays[name].Type == DataType.Int32
            ? arrays[name].AsSpan<int>().ToArray() : [.. arrays[name].Integers().Select(value => (int)value)];

    static string Capital(string name) => char.ToUpperInvariant(name[0]) + name[1..];
}
