using Octet.Graphs;
using Octet.Onnx;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Benchmarks.Networks;

/// <summary>Writes a network layer by layer, as PyTorch would export it: normalizations folded into convolutions, a batch of one. The
/// weights are random.</summary>
/// <remarks>Weights are so small that values neither grow nor vanish over a hundred layers, for both would change the speed.</remarks>
sealed class NetworkBuilder
{
    readonly Graph _graph = new() { Opsets = { [""] = 17 } };
    readonly Random _random = new(1);
    readonly Dictionary<Value, int> _channels = [];

    /// <param name="name">What the graph is called.</param>
    /// <param name="size">Height and width of the picture with three channels that is the input.</param>
    public NetworkBuilder(string name, int size)
    {
        _graph.Name = name;
        Picture = _graph.AddInput("picture", DataType.Float32, SymbolicShape.From([1, 3, size, size]));
        _channels[Picture] = 3;
    }

    public Value Picture { get; }

    public int ChannelsOf(Value image) => _channels[image];

    /// <summary>A convolution with bias whose padding keeps the size, but for the stride.</summary>
    public Value Conv(Value x, int outputs, int kernel, int stride = 1, int groups = 1)
    {
        var inputs = _channels[x] / groups;
        var padding = Enumerable.Repeat((long)(kernel / 2), 4).ToArray();
        return Image(outputs,
            Add("Conv", [x, Weights(inputs * kernel * kernel, outputs, inputs, kernel, kernel), Weights(100, outputs)], new()
            {
                ["kernel_shape"] = new long[] { kernel, kernel },
                ["strides"] = new long[] { stride, stride },
                ["pads"] = padding,
                ["group"] = (long)groups,
            }));
    }

    public Value MaxPool(Value x, int kernel, int stride) => Image(_channels[x], Add("MaxPool", [x], new()
    {
        ["kernel_shape"] = new long[] { kernel, kernel },
        ["strides"] = new long[] { stride, stride },
        ["pads"] = Enumerable.Repeat((long)(kernel / 2), 4).ToArray(),
    }));

    public Value GlobalAverage(Value x) => Image(_channels[x], Add("GlobalAveragePool", [x]));

    /// <summary>A layer that keeps the shape of its first operand.</summary>
    public Value Like(string opType, params Value[] operands) => Image(_channels[operands[0]], Add(opType, operands));

    public Value Relu(Value x) => Like("Relu", x);

    /// <summary><c>x · sigmoid(x)</c>, in two nodes.</summary>
    public Value Swish(Value x) => Like("Mul", x, Like("Sigmoid", x));

    public Value Concat(params Value[] images) =>
        Image(images.Sum(image => _channels[image]), Add("Concat", images, new() { ["axis"] = 1L }));

    /// <summary>Twice the size, each element four times.</summary>
    public Value Enlarge(Value x) =>
        Image(_channels[x],
            Add("Resize", [x, null, Constant(Tensor.Of([4], [1f, 1, 2, 2]))],
                new() { ["mode"] = "nearest", ["coordinate_transformation_mode"] = "asymmetric", ["nearest_mode"] = "floor" }));

    /// <summary>The mean of each channel, then a fully connected layer.</summary>
    public Value Classify(Value x, int classes) => FullyConnected(Add("Flatten", [GlobalAverage(x)]), _channels[x], classes);

    public Value FullyConnected(Value x, int inputs, int outputs) =>
        Add("Gemm", [x, Weights(inputs, outputs, inputs), Weights(100, outputs)], new() { ["transB"] = 1L });

    /// <summary>A fully connected layer over the last of several dimensions.</summary>
    public Value Linear(Value x, int inputs, int outputs) =>
        Add("Add", [Weights(100, outputs), Add("MatMul", [x, Weights(inputs, inputs, outputs)])]);

    public Value Reshape(Value x, params long[] shape) => Add("Reshape", [x, Constant(Tensor.Vector(shape))]);

    public Value Transpose(Value x, params long[] permutation) => Add("Transpose", [x], new() { ["perm"] = permutation });

    public Value Scalar(float value) => Constant(Tensor.Scalar(value));

    public Value Constant(Tensor elements) => _graph.AddConstant(_graph.UniqueName("constant"), elements);

    public Value Add(string opType, IEnumerable<Value?> inputs, Attributes? attributes = null) =>
        _graph.Add(opType, inputs, opType, attributes);

    /// <param name="terms">How many products a sum has in which the weights meet; decides how large they are.</param>
    /// <param name="shape">The shape.</param>
    public Value Weights(int terms, params ReadOnlySpan<int> shape)
    {
        var weights = new Tensor(DataType.Float32, new Shape(shape));
        var width = MathF.Sqrt(12f / terms);
        foreach (ref var weight in weights.Floats) weight = (_random.NextSingle() - 0.5f) * width;
        return _graph.AddConstant(_graph.UniqueName("weights"), weights);
    }

    /// <summary>Ends the network and writes it.</summary>
    public void Write(Value output, string path)
    {
        _graph.AddOutput(output);
        OnnxWriter.Write(new Model { Graph = _graph }, path);
    }

    Value Image(int channels, Value image)
    {
        _channels[image] = channels;
        return image;
    }
}
