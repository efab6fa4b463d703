using Octet.Graphs;
using Octet.Operators;
using Octet.Running;
using Octet.Tensors;

namespace Octet.Tests.Lowering;

/// <summary>What an operator computes of images with channels last has the bits of what it computes of images as ONNX lays them
/// out.</summary>
public sealed class LayoutTests
{
    static readonly Dictionary<string, Func<ImageGraph, Value, Value>> Operators = new()
    {
        ["GlobalAveragePool"] = (images, x) => images.Add("GlobalAveragePool", [x]),
        ["GlobalMaxPool"] = (images, x) => images.Add("GlobalMaxPool", [x]),
        ["ReduceMean over the image"] = (images, x) => images.Add("ReduceMean", [x], new() { ["axes"] = new long[] { -1, 2 } }),
        ["ReduceMean over channels"] = (images, x) => images.Add("ReduceMean", [x], new() { ["axes"] = new long[] { 1 } }),
        ["ReduceMean over lines"] = (images, x) => images.Add("ReduceMean", [x], new() { ["axes"] = new long[] { 3 } }),
        ["ReduceSum"] = (images, x) => images.Add("ReduceSum", [x, images.Axes(2, 3)]),
        ["ReduceL2"] = (images, x) => images.Add("ReduceL2", [x], new() { ["axes"] = new long[] { 2, 3 } }),
        ["ReduceMax"] = (images, x) => images.Add("ReduceMax", [x], new() { ["axes"] = new long[] { 1 } }),
        ["AveragePool"] =
            (images, x) =>
                images.Add("AveragePool", [x], new() { ["kernel_shape"] = new long[] { 3, 2 }, ["pads"] = new long[] { 1, 0, 1, 1 } }),
        ["MaxPool"] =
            (images, x) =>
                images.Add("MaxPool", [x], new() { ["kernel_shape"] = new long[] { 3, 3 }, ["pads"] = new long[] { 1, 1, 1, 1 } }),
        ["Softmax of channels"] = (images, x) => images.Add("Softmax", [x], new() { ["axis"] = 1L }),
        ["Softmax of columns"] = (images, x) => images.Add("Softmax", [x], new() { ["axis"] = 2L }),
        ["Softmax of lines"] = (images, x) => images.Add("Softmax", [x], new() { ["axis"] = 3L }),
        ["LogSoftmax"] = (images, x) => images.Add("LogSoftmax", [x], new() { ["axis"] = 1L }),
        ["BatchNormalization"] =
            (images, x) =>
                images.Add("BatchNormalization",
                    [images.Add("Neg", [x]), .. Enumerable.Range(0, 3).Select(_ => images.Constant(images[x].Shape[1])),
                        Variances(images, x)]),
        ["Resize, linear"] = (images, x) => Resized(images, x, "linear"),
        ["Resize, cubic"] = (images, x) => Resized(images, x, "cubic"),
        ["Resize, nearest"] = (images, x) => Resized(images, x, "nearest"),
        ["Sigmoid"] = (images, x) => images.Add("Sigmoid", [x]),
        ["PRelu"] = (images, x) => images.Add("PRelu", [x, images.Constant(images[x].Shape[1], 1, 1)]),
        ["Mul"] = (images, x) => images.Add("Mul", [x, images.Constant(images[x].Shape[1], 1, 1)]),
        ["QuantizeLinear"] = (images, x) => images.Add("QuantizeLinear", [x, images.Constant(Tensor.Scalar(0.01f))]),
    };

    public static TheoryData<string> Names => [.. Operators.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Both_layouts_give_the_same_bits(string name)
    {
        foreach (var (batch, channels, height, width) in new[] { (2, 37, 7, 9), (1, 3, 33, 31), (2, 64, 8, 8), (1, 8, 1, 70) })
        {
            var images = new ImageGraph(1);
            var y = Operators[name](images, Copied(images, images.Input(batch, channels, height, width)));
            images.Graph.AddOutput(y);

            new Session(images.Graph).Run(images.Inputs)[y.Name].Bytes.SequenceEqual(images[y].Bytes)
                .ShouldBeTrue($"[{batch}, {channels}, {height}, {width}]");
        }
    }

    /// <summary>What follows windows of one tap, which copy what they see, is given channels last, and the very same numbers.</summary>
    static Value Copied(ImageGraph images, Value x)
    {
        var channels = images[x].Shape[1];
        var ones = new Tensor(DataType.Float32, [channels, 1, 1, 1]);
        ones.Floats.Fill(1);
        return images.Add("Conv", [x, images.Constant(ones)], new() { ["group"] = (long)channels });
    }

    static Value Variances(ImageGraph images, Value x)
    {
        var ones = new Tensor(DataType.Float32, [images[x].Shape[1]]);
        ones.Floats.Fill(1.7f);
        return images.Constant(ones);
    }

    static Value Resized(ImageGraph images, Value x, string mode) =>
        images.Add("Resize", [x, null, images.Constant(Tensor.Of<float>([4], 1, 1, 1.5f, 0.7f))], new() { ["mode"] = mode });
}
