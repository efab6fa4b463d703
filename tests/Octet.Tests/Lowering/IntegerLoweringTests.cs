using Octet.Graphs;
using Octet.Lowering;
using Octet.Operators;
using Octet.Running;
using Octet.Tensors;

namespace Octet.Tests.Lowering;

/// <summary>
/// Graphs of QuantizeLinear and DequantizeLinear run with integers. That the bits are those of ONNX Runtime is for the conformance tests to
/// show.
/// </summary>
public sealed class IntegerLoweringTests
{
    const float Step = 0.02f;

    [Fact]
    public void A_residual_block_stays_in_integers_from_input_to_output()
    {
        var images = new ImageGraph(1);
        var x = Rounded(images, images.Input(2, 3, 9, 7));
        var stem = Rounded(images, images.Add("Relu", [Conv(images, x, outputs: 8, kernel: 3)]));
        var depthwise = Rounded(images, Conv(images, stem, outputs: 8, kernel: 3, groups: 8));
        var sum = Rounded(images, images.Add("Add", [Conv8(images, depthwise), stem]));
        var pooled = images.Add("MaxPool", [sum], new() { ["kernel_shape"] = new long[] { 2, 2 } });
        images.Graph.AddOutput(images.Add("Reshape",
            [Rounded(images, images.Add("GlobalAveragePool", [pooled])), images.Constant(Tensor.Vector(2, 8))]));

        Lowered(images).ShouldBe([
            "QuantizeLinear", "ChannelsLastIntegerConv", "ChannelsLastIntegerDepthwise", "ChannelsLastIntegerConv",
                "ChannelsLastIntegerMaxPool",
            "QLinearGlobalAveragePool", "ToChannelsFirst", "Reshape", "DequantizeLinear",
        ]);
        DiffersByOneStepAtMost(images);
    }

    [Fact]
    public void A_gate_is_one_table_behind_its_convolution()
    {
        var images = new ImageGraph(2);
        var hidden = Rounded(images, Conv(images, Rounded(images, images.Input(1, 3, 11, 13)), outputs: 5, kernel: 3));
        var gate = Rounded(images, images.Add("Sigmoid", [hidden]));
        images.Graph.AddOutput(Rounded(images, images.Add("Mul", [hidden, gate])));

        Lowered(images).ShouldBe(["QuantizeLinear", "ChannelsLastIntegerConv", "DequantizeLinear", "ToChannelsFirst"], ignoreOrder: true);
        DiffersByOneStepAtMost(images);
    }

    [Theory, InlineData("Tanh"), InlineData("HardSwish"), InlineData("Exp"), InlineData("Abs")]
    public void A_function_of_one_value_is_a_table_with_the_results_of_the_operator(string function)
    {
        var images = new ImageGraph(3, opset: 14);
        images.Graph.AddOutput(Rounded(images, images.Add(function, [Rounded(images, images.Input(3, 50))])));

        Lowered(images).ShouldBe(["QuantizeLinear", "TableLookup", "DequantizeLinear"]);
        new Session(images.Graph).Run(images.Inputs).Values.Single().Bytes.ToArray()
            .ShouldBe(images[images.Graph.Outputs[0]].Bytes.ToArray());
    }

    /// <summary>HardSwish written out, with constants that are read from integers too: one table. A constant that adds an axis is
    /// none: the sum stays, and so does its product with what has fewer axes.</summary>
    [Theory, InlineData(4, 0), InlineData(5, 2)]
    public void Operators_with_single_constants_are_one_table(int rank, int others)
    {
        var images = new ImageGraph(5);
        var x = Rounded(images, images.Input(2, 3, 5, 7));
        var sum = Rounded(images, images.Add("Add", [x, Single(0.6f, rank)]));
        var product = Rounded(images, images.Add("Mul", [x, sum]));
        images.Graph.AddOutput(Rounded(images, images.Add("Mul", [product, Single(0.5f, rank)])));

        Lowered(images).Count(type => type.StartsWith("QLinear", StringComparison.Ordinal)).ShouldBe(others);
        Lowered(images).Count(type => type == "TableLookup").ShouldBe(1);
        DiffersByOneStepAtMost(images);

        Value Single(float real, int axes)
        {
            var constant = Tensor.Scalar((byte)(120 + real / Step)).Reshape(new Shape([.. Enumerable.Repeat(1, axes)]));
            return images.Add("DequantizeLinear",
                [images.Constant(constant), images.Constant(Tensor.Scalar(Step)), images.Constant(Tensor.Scalar((byte)120))]);
        }
    }

    /// <summary>The factors of channels, as those of squeeze and excitation, on either side; and a row that nothing repeats.</summary>
    [Theory, InlineData(1, 33, 1, 1), InlineData(1, 1, 1, 7), InlineData(1, 1, 5, 7), InlineData(1, 33, 1, 7), InlineData(2, 1, 1, 1)]
    public void Operands_that_are_broadcast_give_what_the_definition_gives(params int[] shape)
    {
        foreach (var isFirst in new[] { true, false })
        {
            var images = new ImageGraph(6);
            var (whole, part) = (Rounded(images, images.Input(2, 33, 5, 7)), Rounded(images, images.Input(shape)));
            images.Graph.AddOutput(Rounded(images, images.Add("Mul", isFirst ? [part, whole] : [whole, part])));

            Lowered(images).ShouldContain("QLinearMul");
            DiffersByOneStepAtMost(images);
        }
    }

    [Fact]
    public void A_limit_within_the_range_of_the_output_holds_the_integers()
    {
        var images = new ImageGraph(4);
        var bounds = (images.Constant(Tensor.Scalar(-0.31f)), images.Constant(Tensor.Scalar(0.5f)));
        var conv = Conv(images, Rounded(images, images.Input(1, 4, 6, 6)), outputs: 6, kernel: 1);
        images.Graph.AddOutput(Rounded(images, images.Add("Clip", [conv, bounds.Item1, bounds.Item2])));

        Lowered(images).ShouldContain("ChannelsLastIntegerConv");
        var y = new Session(images.Graph).Run(images.Inputs).Values.Single().Floats.ToArray();

        // −0.31 is −15.5 steps of 0.02 and goes to the even −16; 0.5 is 25 of them.
        y.Min().ShouldBe(-16 * Step, tolerance: 1e-6);
        y.Max().ShouldBe(25 * Step, tolerance: 1e-6);
        DiffersByOneStepAtMost(images);
    }

    [Fact]
    public void A_product_whose_result_stays_real_reads_integers()
    {
        var images = new ImageGraph(5);
        var x = Rounded(images, images.Input(3, 20));
        var (weights, scales) = Weights(images, axis: 0, 7, 20);
        images.Graph.AddOutput(images.Add("Gemm", [x, weights, Bias(images, scales)], new() { ["transB"] = 1L }));

        Lowered(images).ShouldBe(["QuantizeLinear", "QGemm"]);
        var (real, integer) = Both(images);
        for (var i = 0; i < real.Length; i++) integer[i].ShouldBe(real[i], tolerance: 1e-5);
    }

    [Fact]
    public void A_bias_in_other_steps_keeps_its_layer_real()
    {
        var images = new ImageGraph(6);
        var x = Rounded(images, images.Input(1, 3, 5, 5));
        var (weights, scales) = Weights(images, axis: 0, 4, 3, 1, 1);
        var bias = Bias(images, Array.ConvertAll(scales, scale => 2 * scale));
        images.Graph.AddOutput(Rounded(images, images.Add("Conv", [x, weights, bias])));

        Lowered(images).ShouldContain("ChannelsLastConv");
        DiffersByOneStepAtMost(images);
    }

    [Fact]
    public void Values_that_somebody_watches_are_real()
    {
        var images = new ImageGraph(7);
        var conv = Conv(images, Rounded(images, images.Input(1, 3, 5, 5)), outputs: 4, kernel: 1);
        images.Graph.AddOutput(Rounded(images, conv));

        Lowered(images, new() { Watched = new HashSet<Value> { conv } }).ShouldContain("ChannelsLastConv");
    }

    [Fact]
    public void Any_number_of_threads_gives_the_same_bits_and_a_bound_run_allocates_nothing()
    {
        var images = new ImageGraph(8);
        var hidden = Rounded(images, Conv(images, Rounded(images, images.Input(1, 16, 40, 40)), outputs: 32, kernel: 3));
        images.Graph.AddOutput(Rounded(images, images.Add("Add", [Conv(images, hidden, outputs: 32, kernel: 3, groups: 32), hidden])));
        var expected = new Session(images.Graph).Run(images.Inputs).Values.Single();

        new Session(images.Graph,
            new() { Threads = 3 }).Run(images.Inputs).Values.Single().Bytes.ToArray().ShouldBe(expected.Bytes.ToArray());

        using var run = new Session(images.Graph).Bind(images.Inputs);
        run.Run();
        var before = GC.GetAllocatedBytesForCurrentThread();
        run.Run();
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    static Value Conv8(ImageGraph images, Value x) => Rounded(images, Conv(images, x, outputs: 8, kernel: 1));

    static Value Conv(ImageGraph images, Value x, int outputs, int kernel, int groups = 1)
    {
        var (weights, scales) = Weights(images, axis: 0, outputs, images[x].Shape[1] / groups, kernel, kernel);
        return images.Add("Conv", [x, weights, Bias(images, scales)],
            new() { ["group"] = (long)groups, ["pads"] = Enumerable.Repeat((long)(kernel / 2), 4).ToArray() });
    }

    static Value Rounded(ImageGraph images, Value x)
    {
        Value[] parameters = [images.Constant(Tensor.Scalar(Step)), images.Constant(Tensor.Scalar((byte)120))];
        return images.Add("DequantizeLinear", [images.Add("QuantizeLinear", [x, .. parameters]), .. parameters]);
    }

    static (Value Weights, float[] Scales) Weights(ImageGraph images, int axis, params int[] shape)
    {
        var random = new Random(shape.Sum());
        var integers = new Tensor(DataType.Int8, new Shape(shape));
        foreach (ref var weight in integers.AsSpan<sbyte>()) weight = (sbyte)random.Next(-127, 128);
        var scales = Enumerable.Range(0, shape[axis]).Select(_ => 0.001f + random.NextSingle() / 500).ToArray();
        return (images.Add("DequantizeLinear", [images.Constant(integers), images.Constant(Tensor.Of([scales.Length], scales))],
            new() { ["axis"] = (long)axis }), scales);
    }

    static Value Bias(ImageGraph images, float[] weightScales)
    {
        var integers = Tensor.Of([weightScales.Length], weightScales.Select((_, i) => 500 - 300 * i).ToArray());
        var scales = Array.ConvertAll(weightScales, scale => Step * scale);
        return images.Add("DequantizeLinear", [images.Constant(integers), images.Constant(Tensor.Of([scales.Length], scales))],
            new() { ["axis"] = 0L });
    }

    static string[] Lowered(ImageGraph images, SessionOptions? options = null) =>
        [.. LoweredGraph.Of(images.Graph, options ?? new()).For([.. images.Inputs.Values]).Graph.Nodes.Select(node => node.OpType)];

    static (float[] Real, float[] Integer) Both(ImageGraph images) => (
        new Session(images.Graph, new() { ComputesInIntegers = false }).Run(images.Inputs).Values.Single().Floats.ToArray(),
        new Session(images.Graph).Run(images.Inputs).Values.Single().Floats.ToArray());

    static void DiffersByOneStepAtMost(ImageGraph images)
    {
        var (real, integer) = Both(images);
        real.Zip(integer).Max(pair => Math.Abs(pair.First - pair.Second)).ShouldBeLessThan(1.01f * Step);
        real.Zip(integer).Count(pair => pair.First != pair.Second).ShouldBeLessThanOrEqualTo(1 + real.Length / 20);
    }
}
