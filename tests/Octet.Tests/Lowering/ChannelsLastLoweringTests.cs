using Octet.Graphs;
using Octet.Operators;
using Octet.Running;
using Octet.Tensors;

namespace Octet.Tests.Lowering;

public sealed class ChannelsLastLoweringTests
{
    [Fact]
    public void A_network_of_convolutions_reorders_images_at_its_output_alone()
    {
        var images = new ImageGraph(1);
        var x = images.Input(1, 3, 20, 18);
        var stem = images.Add("Relu", [images.Conv(x, outputs: 16, kernel: 3, stride: 2, pad: 1)]);
        var deep = images.Add("Clip",
            [images.Conv(stem, 16, kernel: 3, groups: 16, pad: 1), images.Constant(Tensor.Scalar(0f)), images.Constant(Tensor.Scalar(6f))]);
        var sum = images.Add("Relu", [images.Add("Add", [stem, images.Conv(deep, 16, kernel: 1)])]);
        var gate = images.Add("Sigmoid", [images.Conv(images.Add("GlobalAveragePool", [sum]), 16, kernel: 1)]);
        var scaled = images.Add("Mul", [sum, gate]);
        images.Graph.AddOutput(images.Add("Concat", [scaled, deep], new() { ["axis"] = 1L }));

        Lowered(images).ShouldBe(
        [
            "ChannelsLastConv", "ChannelsLastDepthwiseConv", "ChannelsLastConv", "ChannelsLastGlobalAveragePool", "ChannelsLastConv", "Mul",
                "Concat", "ToChannelsFirst",
        ]);
        Check(images);
    }

    [Fact]
    public void A_gate_of_a_sigmoid_and_a_product_runs_with_its_convolution()
    {
        var images = new ImageGraph(2);
        var conv = images.Conv(images.Input(1, 3, 9, 9), outputs: 8, kernel: 3);
        images.Graph.AddOutput(images.Add("Mul", [conv, images.Add("Sigmoid", [conv])]));

        Lowered(images).ShouldBe(["ChannelsLastConv", "ToChannelsFirst"]);
        Check(images);
    }

    [Theory, InlineData(true), InlineData(false)]
    public void A_GELU_in_five_nodes_runs_with_its_product(bool endsWithHalf)
    {
        var images = new ImageGraph(3);
        Value Scalar(float value) => images.Constant(Tensor.Scalar(value));
        var x = images.Add("Add", [images.Add("MatMul", [images.Input(2, 7, 24), images.Constant(24, 10)]), images.Constant(10)]);
        var scaled = endsWithHalf ? images.Add("Div", [x, Scalar(1.4142135f)]) : images.Add("Mul", [Scalar(0.70710677f), x]);
        var sum = images.Add("Add", [images.Add("Erf", [scaled]), Scalar(1)]);
        images.Graph.AddOutput(endsWithHalf
            ? images.Add("Mul", [images.Add("Mul", [x, sum]), Scalar(0.5f)])
            : images.Add("Mul", [images.Add("Mul", [x, Scalar(0.5f)]), sum]));

        Lowered(images).ShouldBe(["PackedProduct"]);
        Check(images);
    }

    [Fact]
    public void What_only_looks_like_a_GELU_stays()
    {
        var images = new ImageGraph(3);
        var x = images.Add("MatMul", [images.Input(2, 7, 24), images.Constant(24, 10)]);
        var sum = images.Add("Add",
            [images.Add("Erf", [images.Add("Div", [x, images.Constant(Tensor.Scalar(2f))])]), images.Constant(Tensor.Scalar(1f))]);
        images.Graph.AddOutput(images.Add("Mul", [images.Add("Mul", [x, sum]), images.Constant(Tensor.Scalar(0.5f))]));

        Lowered(images).ShouldBe(["PackedProduct", "Div", "Erf", "Add", "Mul", "Mul"]);
        Check(images);
    }

    [Theory, InlineData(true, true, true), InlineData(true, false, false), InlineData(false, false, true)]
    public void A_layer_normalization_in_nine_nodes_is_one(bool hasScale, bool hasBias, bool squaresByPower)
    {
        var images = new ImageGraph(5);
        var x = images.Input(2, 7, 24);
        var y = Normalized(images, x, axis: -1, squaresByPower);
        if (hasScale) y = images.Add("Mul", [images.Constant(24), y]);
        if (hasBias) y = images.Add("Add", [y, images.Constant(24)]);
        images.Graph.AddOutput(images.Add("Add", [x, y]));

        Lowered(images).ShouldBe(["LayerNormalization", "Add"]);
        Check(images);
    }

    [Fact]
    public void What_only_looks_like_a_layer_normalization_stays()
    {
        var images = new ImageGraph(5);
        var x = images.Input(2, 7, 1);
        var overRows = Normalized(images, x, axis: 1, squaresByPower: true);
        var grown = images.Add("Mul", [Normalized(images, x, axis: 2, squaresByPower: true), images.Constant(24)]);
        images.Graph.AddOutput(overRows);
        images.Graph.AddOutput(grown);

        Lowered(images).ShouldNotContain("LayerNormalization");
        Check(images);
    }

    [Fact]
    public void A_layer_normalization_of_which_somebody_watches_a_part_stays_in_parts()
    {
        var images = new ImageGraph(5);
        images.Graph.AddOutput(Normalized(images, images.Input(2, 7, 24), axis: 2, squaresByPower: true));

        foreach (var node in images.Graph.Nodes.SkipLast(1)) Check(images, node.Output);
    }

    static Value Normalized(ImageGraph images, Value x, long axis, bool squaresByPower)
    {
        var axes = new Attributes { ["axes"] = new[] { axis } };
        var centered = images.Add("Sub", [x, images.Add("ReduceMean", [x], axes)]);
        var square = squaresByPower
            ? images.Add("Pow", [centered, images.Constant(Tensor.Scalar(2f))]) : images.Add("Mul", [centered, centered]);
        var variance = images.Add("Add", [images.Add("ReduceMean", [square], axes), images.Constant(Tensor.Scalar(1e-5f))]);
        return images.Add("Div", [centered, images.Add("Sqrt", [variance])]);
    }

    [Fact]
    public void Products_take_their_bias_residual_and_activation_along()
    {
        var images = new ImageGraph(3);
        var x = images.Input(2, 7, 24);
        var hidden = images.Add("Relu", [images.Add("Add", [images.Constant(10), images.Add("MatMul", [x, images.Constant(24, 10)])])]);
        var back = images.Add("Add", [images.Add("MatMul", [hidden, images.Constant(10, 24)]), images.Constant(24)]);
        images.Graph.AddOutput(images.Add("Add", [x, back]));

        Lowered(images).ShouldBe(["PackedProduct", "PackedProduct"]);
        Check(images);
    }

    [Fact]
    public void What_is_watched_is_made_and_shown_as_the_graph_says()
    {
        var images = new ImageGraph(4);
        var conv = images.Conv(images.Input(2, 3, 8, 8), outputs: 5, kernel: 3, pad: 1);
        var relu = images.Add("Relu", [conv]);
        images.Graph.AddOutput(images.Conv(relu, 4, kernel: 1));

        Lowered(images, conv).ShouldBe(["ChannelsLastConv", "ToChannelsFirst", "Relu", "ChannelsLastConv", "ToChannelsFirst"]);
        Check(images, conv);
    }

    [Fact]
    public void In_any_layout_watching_shows_the_same_elements_of_each_image_and_nothing_is_made_for_it()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var images = new ImageGraph(seed);
            var watched = Grow(images, new Random(seed)).ToHashSet();
            var exact = Seen(new(images.Graph, new() { Watched = watched }), images);
            var any = Seen(new(images.Graph, new() { Watched = watched, ShowsAnyLayout = true }), images);

            any.Keys.ShouldBe(watched, ignoreOrder: true);
            foreach (var (value, tensor) in any) tensor.Floats.ToArray().Order().ShouldBe(exact[value].Floats.ToArray().Order());
        }
    }

    [Fact]
    public void Any_graph_of_image_operators_computes_what_its_operators_say()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var images = new ImageGraph(seed);
            var values = Grow(images, new Random(seed));
            Check(images, values[seed % values.Count], values[seed * 7 % values.Count]);
        }
    }

    /// <summary>The operators of the graph that really runs.</summary>
    static string[] Lowered(ImageGraph images, params Value[] watched) =>
        [.. LoweredGraph.Of(images.Graph, new() { Watched = watched.ToHashSet() })
        .For([.. images.Inputs.Values]).Graph.Nodes.Select(node => node.OpType)];

    static void Check(ImageGraph images, params Value[] watched)
    {
        var session = new Session(images.Graph, new() { Watched = watched.ToHashSet() });
        var (outputs, seen) = (session.Run(images.Inputs), Seen(session, images));

        foreach (var output in images.Graph.Outputs) ShouldBeNear(outputs[output.Name], images[output], output.Name);
        seen.Keys.ShouldBe(watched.ToHashSet(), ignoreOrder: true);
        foreach (var (value, tensor) in seen) ShouldBeNear(tensor, images[value], value.Name);
    }

    static void ShouldBeNear(Tensor actual, Tensor expected, string name)
    {
        actual.Shape.ShouldBe(expected.Shape, name);
        for (var i = 0; i < expected.Length; i++)
        {
            var (one, other) = (actual.Floats[i], expected.Floats[i]);
            if (!(Math.Abs(one - other) <= 1e-4f * Math.Max(1, Math.Abs(other))))
                one.ShouldBe(other, tolerance: 1e-4, $"{name}, element {i} of {expected}");
        }
    }

    /// <summary>Twenty operators, each on images that are there already; several results leave the graph.</summary>
    static List<Value> Grow(ImageGraph images, Random random)
    {
        List<Value> values = [images.Input(1 + random.Next(2), 3 + random.Next(6), 6 + random.Next(8), 6 + random.Next(8))];
        for (var i = 0; i < 20; i++)
        {
            var x = values[Math.Max(0, values.Count - 1 - random.Next(4))];
            if (AddAny(images, random, values, x, images[x].Shape) is { } value) values.Add(value);
        }
        images.Graph.AddOutput(values[^1]);
        foreach (var value in values.Where(value => value.Producer is not null && value != values[^1] && random.Next(8) == 0))
            images.Graph.AddOutput(value);
        return values;
    }

    static Value? AddAny(ImageGraph images, Random random, List<Value> values, Value x, Shape shape)
    {
        var (batch, channels, height, width) = (shape[0], shape[1], shape[2], shape[3]);
        var mate = values.LastOrDefault(value => value != x && images[value].Shape == shape);
        var scalar = images.Constant(Tensor.Scalar(0.5f));
        switch (random.Next(24))
        {
            case 0:
                return images.Conv(x, outputs: 1 + random.Next(20), kernel: 3, stride: 1 + random.Next(2), pad: 1,
                hasBias: random.Next(2) == 0);
            case 1: return images.Conv(x, outputs: 1 + random.Next(20), kernel: 1);
            case 2: return images.Conv(x, outputs: channels, kernel: 3, groups: channels, pad: 1);
            case 3: return images.Conv(x, outputs: channels * 2, kernel: 1, groups: channels);
            case 4: return images.Add("Relu", [x]);
            case 5: return images.Add("Clip", [x, images.Constant(Tensor.Scalar(-0.3f)), random.Next(2) == 0 ? null : scalar]);
            case 6: return images.Add("Mul", [x, images.Add("Sigmoid", [x])]);
            case 7: return mate is null ? null : images.Add("Add", [mate, x]);
            case 8: return mate is null ? null : images.Add("Concat", [x, mate], new() { ["axis"] = (long)random.Next(-3, 2) });
            case 9: return images.Add("Mul", [x, images.Constant(channels, 1, 1)]);
            case 10: return images.Add("Add", [images.Constant(width), x]);
            case 11: return images.Add("Mul", [x, images.Add("GlobalAveragePool", [x])]);
            case 12:
                return images.Add("MaxPool", [x],
                new() { ["kernel_shape"] = new long[] { 3, 2 }, ["pads"] = new long[] { 1, 0, 1, 1 } });
            case 13:
                return images.Add("AveragePool", [x],
                new() { ["kernel_shape"] = new long[] { 2, 2 }, ["pads"] = new long[] { 0, 1, 1, 0 }, ["count_include_pad"] = 1L });
            case 14: return images.Add("Softmax", [x], new() { ["axis"] = (long)random.Next(1, 4) });
            case 15: return images.Add("Slice", [x, images.Axes(1, 0), images.Axes(1000, channels), images.Axes(3, 1), images.Axes(1, 1)]);
            case 16:
                return images.Add("Slice",
                [x, images.Axes(0, 0, height - 1), images.Axes(1, channels, -1000), null, images.Axes(1, 1, -1)]);
            case 17: return images.Add("Pad", [x, images.Axes(0, 1, 0, 2, 0, 0, 1, 0), scalar]);
            case 18:
                return images.Add("BatchNormalization",
                [x, images.Constant(channels), images.Constant(channels), images.Constant(channels), Ones(images, channels)]);
            case 19: return images.Add("ReduceMean", [x], new() { ["axes"] = random.Next(2) == 0 ? new long[] { 2, 3 } : [1] });
            case 20:
                return images.Add("Resize", [x, null, images.Constant(Tensor.Of<float>([4], 1, 1, 1.5f, 1))],
                new() { ["mode"] = "linear" });
            case 21: return images.Add("PRelu", [x, images.Constant(channels, 1, 1)]);
            case 22:
                return images.Add("ConvTranspose", [x, images.Constant(channels, 3, 2, 2)],
                new() { ["strides"] = new long[] { 2, 1 } });
            default:
                return images.Add("Transpose", [images.Add("Transpose", [x], new() { ["perm"] = new long[] { 0, 2, 3, 1 } })],
                new() { ["perm"] = new long[] { 0, 3, 1, 2 } });
        }
    }

    static Value Ones(ImageGraph images, int channels)
    {
        var ones = new Tensor(DataType.Float32, [channels]);
        ones.Floats.Fill(1);
        return images.Constant(ones);
    }

    static Dictionary<Value, Tensor> Seen(Session session, ImageGraph images) =>
        session.Watch(images.Inputs).ToDictionary(made => made.Value, made => made.Tensor.Clone());
}
