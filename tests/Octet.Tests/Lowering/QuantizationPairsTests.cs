using Octet.Graphs;
using Octet.Running;
using Octet.Tensors;

namespace Octet.Tests.Lowering;

public sealed class QuantizationPairsTests
{
    static readonly SessionOptions InRealValues = new() { ComputesInIntegers = false };

    [Theory]
    [InlineData(DataType.UInt8, 131), InlineData(DataType.Int8, -7), InlineData(DataType.UInt16, 40_000), InlineData(DataType.Int16, 5)]
    [InlineData(DataType.UInt4, 3), InlineData(DataType.Int4, -2), InlineData(DataType.UInt2, 1), InlineData(DataType.Int2, 0)]
    public void A_pair_behind_a_convolution_runs_with_it_and_gives_the_same_bits(DataType type, int zeroPoint)
    {
        var images = new ImageGraph(1, opset: 25);
        var hidden = images.Add("Relu", [images.Conv(images.Input(2, 3, 9, 7), outputs: 8, kernel: 3, pad: 1)]);
        var (back, integers) = Pair(images, hidden, Tensor.Scalar(0.0173f), ZeroPoints([], type, zeroPoint));
        images.Graph.AddOutput(images.Conv(back, 5, kernel: 1));

        Lowered(images).ShouldBe(["ChannelsLastConv", "ChannelsLastConv", "ToChannelsFirst"]);
        SameBitsAsWithIntegers(images, integers);
    }

    [Theory, InlineData("Sigmoid"), InlineData("HardSigmoid")]
    public void A_gate_that_is_rounded_everywhere_runs_with_its_convolution(string gate)
    {
        var images = new ImageGraph(6);
        (Value Back, Value Integers) Rounded(Value x) => Pair(images, x, Tensor.Scalar(0.013f), ZeroPoints([], DataType.UInt8, 60));
        var hidden = Rounded(images.Conv(images.Input(1, 3, 21, 23), outputs: 8, kernel: 3, pad: 1));
        var factor = Rounded(images.Add(gate, [hidden.Back]));
        var product = Rounded(images.Add("Mul", [factor.Back, hidden.Back]));
        images.Graph.AddOutput(images.Conv(product.Back, 5, kernel: 1));

        Lowered(images).ShouldBe(["ChannelsLastConv", "ChannelsLastConv", "ToChannelsFirst"]);
        SameBitsAsWithIntegers(images, hidden.Integers, factor.Integers, product.Integers);
    }

    [Fact]
    public void A_pair_with_a_scale_for_each_channel_is_one_node_in_either_layout()
    {
        var images = new ImageGraph(2);
        var conv = images.Conv(images.Input(1, 3, 6, 5), outputs: 3, kernel: 3, pad: 1);
        var scales = Tensor.Of<float>([3], 0.01f, 0.013f, 0.3f);
        var (back, integers) = Pair(images, conv, scales, ZeroPoints([3], DataType.Int8, 1, -100, 77), axis: -3);
        images.Graph.AddOutput(images.Conv(back, 4, kernel: 1));

        Lowered(images).ShouldBe(["ChannelsLastConv", "FakeQuantize", "ChannelsLastConv", "ToChannelsFirst"]);
        SameBitsAsWithIntegers(images, integers);
    }

    [Fact]
    public void What_the_integers_are_read_by_several_times_is_computed_once()
    {
        var images = new ImageGraph(3);
        var conv = images.Conv(images.Input(1, 3, 6, 5), outputs: 6, kernel: 3, pad: 1);
        var (scale, zeroPoint) = (images.Constant(Tensor.Scalar(0.01f)), images.Constant(ZeroPoints([], DataType.UInt8, 128)));
        var integers = images.Add("QuantizeLinear", [conv, scale, zeroPoint]);
        var (one, other) =
            (images.Add("DequantizeLinear", [integers, scale, zeroPoint]), images.Add("DequantizeLinear", [integers, scale, zeroPoint]));
        images.Graph.AddOutput(images.Add("Add", [images.Conv(one, 6, kernel: 1), other]));

        Lowered(images).ShouldBe(["ChannelsLastConv", "ChannelsLastConv", "ToChannelsFirst"]);
        SameBitsAsWithIntegers(images, integers);
    }

    [Fact]
    public void Scales_and_zero_points_that_differ_stay_two_nodes()
    {
        var images = new ImageGraph(4);
        var x = images.Input(3, 5);
        var (scale, zeroPoint) = (images.Constant(Tensor.Scalar(0.01f)), images.Constant(ZeroPoints([], DataType.UInt8, 128)));
        var integers = images.Add("QuantizeLinear", [x, scale, zeroPoint]);
        images.Graph.AddOutput(images.Add("DequantizeLinear", [integers, images.Constant(Tensor.Scalar(0.02f)), zeroPoint]));
        images.Graph.AddOutput(images.Add("DequantizeLinear", [integers, scale, images.Constant(ZeroPoints([], DataType.UInt8, 127))]));
        images.Graph.AddOutput(images.Add("DequantizeLinear", [integers, scale]));

        Lowered(images).ShouldBe(["QuantizeLinear", "DequantizeLinear", "DequantizeLinear", "DequantizeLinear"]);
    }

    [Fact]
    public void Integers_that_somebody_looks_at_are_made()
    {
        var images = new ImageGraph(5);
        var (back, integers) = Pair(images, images.Input(3, 5), Tensor.Scalar(0.01f), ZeroPoints([], DataType.UInt8, 128));
        images.Graph.AddOutput(back);
        images.Graph.AddOutput(integers);

        Lowered(images).ShouldBe(["QuantizeLinear", "FakeQuantize"], ignoreOrder: true);
        var outputs = new Session(images.Graph).Run(images.Inputs);
        outputs[integers.Name].Bytes.ToArray().ShouldBe(images[integers].Bytes.ToArray());
        outputs[back.Name].Floats.ToArray().ShouldBe(images[back].Floats.ToArray());
    }

    static (Value Back, Value Integers) Pair(ImageGraph images, Value x, Tensor scales, Tensor zeroPoints, long axis = 1)
    {
        Value[] parameters = [images.Constant(scales), images.Constant(zeroPoints)];
        var integers = images.Add("QuantizeLinear", [x, .. parameters], new() { ["axis"] = axis });
        return (images.Add("DequantizeLinear", [integers, .. parameters], new() { ["axis"] = axis }), integers);
    }

    static Tensor ZeroPoints(Shape shape, DataType type, params int[] values)
    {
        var tensor = new Tensor(type, shape);
        for (var i = 0; i < values.Length; i++)
            BitConverter.GetBytes(values[i]).AsSpan(0, type.Size).CopyTo(tensor.Bytes[(i * type.Size)..]);
        return tensor;
    }

    static string[] Lowered(ImageGraph images) =>
        [.. LoweredGraph.Of(images.Graph, InRealValues).For([.. images.Inputs.Values]).Graph.Nodes.Select(node => node.OpType)];

    /// <summary>Integers that are watched keep their two nodes.</summary>
    static void SameBitsAsWithIntegers(ImageGraph images, params Value[] integers)
    {
        var expected = new Session(images.Graph, new() { Watched = integers.ToHashSet() }).Run(images.Inputs);
        foreach (var (name, tensor) in new Session(images.Graph, InRealValues).Run(images.Inputs))
            tensor.Bytes.SequenceEqual(expected[name].Bytes).ShouldBeTrue(name);
    }
}
