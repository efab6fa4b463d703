using System.Text.Json;
using Octet.Calibration;
using Octet.Exporting;
using Octet.Graphs;
using Octet.Onnx;
using Octet.Planning;
using Octet.Running;
using Octet.Steps;
using Octet.Tensors;
using Octet.TexasInstruments;

namespace Octet.Tests.TexasInstruments;

/// <summary>The small network of TI's golden data: conv bn relu, depthwise conv bn relu6, conv, global average pool, linear.</summary>
public sealed class QuantCalibrateModuleTests
{
    const float Tolerance = 1e-5f;

    static readonly Dictionary<string, QuantModuleOptions> OptionsOf = new()
    {
        ["simple"] = Original with { ShrinkPercent = 0, BiasCalibration = false, WeightClipping = false },
        ["advanced"] = Original,
        ["advanced_dw"] = Original with { PerChannelDepthwise = true, WeightClipping = false, BiasConstraint = BiasConstraint.None },
        ["advanced_w4a8"] = Original with { WeightBits = 4 },
        ["advanced_no_bias_limit"] = Original with { BiasConstraint = BiasConstraint.None },
        ["advanced_reduce_weight_scale"] = Original with { BiasConstraint = BiasConstraint.ReduceWeightScale },
        ["advanced_no_pow2"] = Original with { PowerOfTwoWeights = false, PowerOfTwoActivations = false },
    };

    static QuantModuleOptions Original => new() { KeepBounds = false, CoverAll = false };

    /// <summary>Pictures of a batch as one sample, as some of one shape, and as some of two shapes, which the fast kernels do not
    /// take.</summary>
    public static MatrixTheoryData<string, string> Cases => new(OptionsOf.Keys, ["8", "4 4", "3 5"]);

    [Theory, MemberData(nameof(Cases))]
    public void Calibration_leaves_the_ranges_weights_and_biases_of_TIs_code(string name, string picturesOfSamples)
    {
        var golden = TiGolden.Section("calibrate");
        var after = golden.GetProperty("cases").EnumerateArray().Single(record => TiGolden.Name(record) == name);
        var state = after.GetProperty("state_after");
        var module = new QuantCalibrateModule(Network(golden.GetProperty("state_before")), OptionsOf[name]);

        IReadOnlyList<IReadOnlyDictionary<string, Tensor>> last = null!;
        foreach (var batch in Batches(golden)) last = module.Forward(Divided(batch, [.. picturesOfSamples.Split(' ').Select(int.Parse)]));

        CompareClips("x", "c1.activation_in");
        CompareClips("r1", "r1");
        CompareClips("r2", "r2");
        CompareClips("c3", "c3.activation_q");
        CompareClips("l", "l.activation_q");
        var result = Network(state);
        foreach (var layer in module.Module.Graph.Layers())
        {
            var expected = result.Graph.Nodes.Single(node => node.Name == layer.Name);
            layer.Inputs[1]!.Constant!.Floats.ToArray().ShouldBe(expected.Inputs[1]!.Constant!.Floats.ToArray(), Tolerance, layer.Name);
            layer.Inputs[2]!.Constant!.Floats.ToArray().ShouldBe(expected.Inputs[2]!.Constant!.Floats.ToArray(), Tolerance, layer.Name);
        }
        last.SelectMany(outputs => outputs["l"].Floats.ToArray()).ToArray()
            .ShouldBe(TiGolden.Floats(after, "last_train_output"), Tolerance);
        module.Eval();
        module.Forward(Batches(golden)[0])[0]["l"].Floats.ToArray().ShouldBe(TiGolden.Floats(after, "eval_output_batch0"), Tolerance);

        void CompareClips(string value, string buffer)
        {
            var average = module.AverageOf(value);
            new[] { average.Low, average.High }.ShouldBe(TiGolden.Floats(state.GetProperty($"{buffer}.clips_act"), "data"), Tolerance,
                value);
        }
    }

    [Fact]
    public void The_result_is_the_same_bits_for_any_number_of_threads()
    {
        var golden = TiGolden.Section("calibrate");
        var modules =
            new[] { 1, 3 }.Select(threads => new QuantCalibrateModule(Network(golden.GetProperty("state_before")), new(), threads))
            .ToArray();
        // Each picture as a sample of its own.
        var batches = Batches(golden).Select(batch => Divided(batch, [1, 1, 1, 1, 1, 1, 1, 1])).ToArray();

        foreach (var batch in batches)
            modules[0].Forward(batch)[0]["l"].Floats.ToArray().ShouldBe(modules[1].Forward(batch)[0]["l"].Floats.ToArray());
        modules[0].Ranges.ShouldBe(modules[1].Ranges);
    }

    [Fact]
    public void Layers_of_all_kinds_are_calibrated_alike_in_either_layout()
    {
        var random = new Random(23);
        var batches = Enumerable.Range(0, 5)
            .Select(_ => new CalibrationBatch([new Dictionary<string, Tensor> { ["x"] = RandomTensor(random, [6, 4, 9, 9]) }])).ToArray();
        foreach (var options in new[] { new QuantModuleOptions(),
            new() { PerChannelDepthwise = true, BiasConstraint = BiasConstraint.ReduceWeightScale },
            new() { WeightBits = 16, ActivationBits = 16, CoverAll = false } })
        {
            var model = NetworkOfAllKinds();
            var (fast, plain) = (new QuantCalibrateModule(model, options), new QuantCalibrateModule(model, options));

            foreach (var batch in batches)
            {
                var outputs = fast.Forward(batch)[0];
                var divided = plain.Forward(Divided(batch, [2, 4]));
                foreach (var name in new[] { "y", "z" })
                {
                    // Sums in another order may end on the other side of a tie, and an element one step further.
                    var expected = divided.SelectMany(sample => sample[name].Floats.ToArray()).ToArray();
                    var error = expected.Zip(outputs[name].Floats.ToArray(), (one, other) => (double)Math.Abs(one - other)).Average();
                    error.ShouldBeLessThan(1e-3 * expected.Max(Math.Abs), name);
                }
            }

            fast.Ranges.ShouldBe(plain.Ranges);
            foreach (var (one, other) in fast.Module.Graph.Layers().Zip(plain.Module.Graph.Layers()))
            {
                one.Inputs[1]!.Constant!.Floats.ToArray().ShouldBe(other.Inputs[1]!.Constant!.Floats.ToArray(), one.Label);
                if (one.InputOrNull(2) is { } bias)
                    bias.Constant!.Floats.ToArray().ShouldBe(other.Inputs[2]!.Constant!.Floats.ToArray(), 2e-3f, one.Label);
            }
        }
    }

    [Fact]
    public void The_fast_graph_multiplies_with_other_weights_than_it_was_made_with()
    {
        var graph = NetworkOfAllKinds().Graph;
        // The fast graph leaves biases to who calls it.
        foreach (var layer in graph.Layers()) layer.InputOrNull(2)?.Constant!.Floats.Clear();
        var layers = graph.Layers().ToDictionary(layer => layer.Output);
        var inputs = new Dictionary<string, Tensor> { ["x"] = RandomTensor(new Random(31), [2, 4, 9, 9]) };
        var fast = new SessionOptions { Watched = layers.Keys.ToHashSet(), ShowsAnyLayout = true, ChangesValues = true };

        var (expected, sums) = (SumsByLayer(SessionOptions.NodeByNode), SumsByLayer(fast));

        sums.Keys.ShouldBe(layers.Keys, ignoreOrder: true);
        foreach (var (layer, sum) in expected) sums[layer].ShouldBe(sum, 1e-5 * sum.Max(), layer.Name);

        Dictionary<Value, double[]> SumsByLayer(SessionOptions options)
        {
            var found = new Dictionary<Value, double[]>();
            using var run = new Session(graph, options).Begin([inputs], threads: 1);
            for (; run.Node is not null; run.GoOn())
            {
                if (run.Made is [var output] && layers.TryGetValue(output, out var layer))
                {
                    var other = layer.Inputs[1]!.Constant!.Clone();
                    for (var i = 0; i < other.Length; i++) other.Floats[i] += i % 5;
                    found[output] = QuantCalibrateModule.Multiply(run, layer, other)[0]
                        .Measure(new float[output.Shape!.Dimensions[1].Extent!.Value]).Sums;
                }
                run.Run();
            }
            return found;
        }
    }

    [Fact]
    public void A_batch_without_samples_is_refused()
    {
        var module = new QuantCalibrateModule(Network(TiGolden.Section("calibrate").GetProperty("state_before")));
        Should.Throw<CalibrationException>(() => module.Forward(new([]))).Message.ShouldContain("at least one sample");
    }

    [Fact]
    public void Inputs_that_are_not_finite_are_refused_by_name()
    {
        var golden = TiGolden.Section("calibrate");
        var module = new QuantCalibrateModule(Network(golden.GetProperty("state_before")));
        var batch = Batches(golden)[0];
        module.Forward(batch);
        batch.Samples[0]["x"].Floats[17] = float.NaN;

        Should.Throw<CalibrationException>(() => module.Forward(batch)).Message.ShouldContain("'x'");
    }

    [Fact]
    public void Settings_out_of_bounds_are_refused()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => new QuantModuleOptions { WeightBits = 3 });
        Should.Throw<ArgumentOutOfRangeException>(() => new QuantModuleOptions { ActivationBits = 17 });
        Should.Throw<ArgumentOutOfRangeException>(() => new QuantModuleOptions { ShrinkPercent = double.NaN });
        Should.Throw<ArgumentOutOfRangeException>(() => new QuantModuleOptions { BiasRate = 1.5f });
        Should.Throw<ArgumentOutOfRangeException>(() => new QuantModuleOptions { Frames = 0 });
        Should.Throw<ArgumentOutOfRangeException>(() => new QuantModuleOptions { Iterations = 0 });
    }

    [Fact]
    public void Evaluation_changes_nothing_and_the_wrapped_model_stays_as_it_was()
    {
        var golden = TiGolden.Section("calibrate");
        var model = Network(golden.GetProperty("state_before"));
        var before = model.Graph.ToString();
        var weights = model.Graph.Constants.Select(constant => constant.Constant!.Floats.ToArray()).ToArray();
        var module = new QuantCalibrateModule(model);
        var batch = Batches(golden)[0];
        module.Forward(batch);

        module.Eval();
        var first = module.Forward(batch)[0]["l"].Floats.ToArray();
        module.Forward(Batches(golden)[1]);

        module.Forward(batch)[0]["l"].Floats.ToArray().ShouldBe(first);
        model.Graph.ToString().ShouldBe(before);
        model.Graph.Constants.Select(constant => constant.Constant!.Floats.ToArray()).ShouldBe(weights);
    }

    [Fact]
    public void Frozen_ranges_stay_while_biases_move_on()
    {
        var golden = TiGolden.Section("calibrate");
        var (frozen, free) =
            (new QuantCalibrateModule(Network(golden.GetProperty("state_before"))),
                new QuantCalibrateModule(Network(golden.GetProperty("state_before"))));
        var batches = Batches(golden);
        foreach (var module in new[] { frozen, free }) module.Forward(batches[0]);
        var (averages, biases) = (Averages(frozen), Biases(frozen));

        frozen.FreezeRanges();
        foreach (var module in new[] { frozen, free }) module.Forward(batches[1]);

        Averages(frozen).ShouldBe(averages);
        Averages(free).ShouldNotBe(averages);
        Biases(frozen).ShouldNotBe(biases);
    }

    [Fact]
    public void Training_goes_on_after_an_evaluation_as_if_there_had_been_none()
    {
        var golden = TiGolden.Section("calibrate");
        var (interrupted, straight) =
            (new QuantCalibrateModule(Network(golden.GetProperty("state_before"))),
                new QuantCalibrateModule(Network(golden.GetProperty("state_before"))));
        var batches = Batches(golden);
        foreach (var module in new[] { interrupted, straight }) module.Forward(batches[0]);
        interrupted.Eval();
        var before = interrupted.Forward(batches[2])[0]["l"].Floats.ToArray();

        interrupted.IsTraining.ShouldBeFalse();
        interrupted.Train();
        interrupted.IsTraining.ShouldBeTrue();
        foreach (var module in new[] { interrupted, straight })
        {
            module.Forward(batches[1]);
            module.Eval();
        }

        Biases(interrupted).ShouldBe(Biases(straight));
        Averages(interrupted).ShouldBe(Averages(straight));
        interrupted.Forward(batches[2])[0]["l"].Floats.ToArray().ShouldNotBe(before);
    }

    static float[] Averages(QuantCalibrateModule module) =>
        [.. new[] { "x", "r1", "r2", "c3", "l" }.Select(module.AverageOf).SelectMany(range => new[] { range.Low, range.High })];

    static float[] Biases(QuantCalibrateModule module) =>
        [.. module.Module.Graph.Layers().SelectMany(layer => layer.Inputs[2]!.Constant!.Floats.ToArray())];

    [Theory]
    [InlineData(8), InlineData(16)]
    public void The_inner_model_holds_all_that_a_test_module_needs(int bits)
    {
        var golden = TiGolden.Section("calibrate");
        var options = new QuantModuleOptions { WeightBits = bits, ActivationBits = bits, BiasConstraint = BiasConstraint.WholeSteps };
        var module = new QuantCalibrateModule(Network(golden.GetProperty("state_before")), options);
        foreach (var batch in Batches(golden)) module.Forward(batch);
        module.Eval();
        using var file = new MemoryStream();
        OnnxWriter.Write(TidlExport.Export(module.Quantized), file);
        var sample = Batches(golden)[2];
        var expected = module.Forward(sample)[0]["l"].Floats.ToArray();

        foreach (var test in new[] { new QuantTestModule(module.Module, options),
            new QuantTestModule(Quantizer.Prepare(OnnxReader.Read(file.ToArray(), "clips")), options) })
        {
            test.Ranges.Values.ShouldBe(module.Ranges.Values, ignoreOrder: true);
            test.Forward(sample.Samples[0])["l"].Floats.ToArray().ShouldBe(expected);
        }
    }

    [Fact]
    public void A_model_without_ranges_cannot_be_tested()
    {
        var network = Network(TiGolden.Section("calibrate").GetProperty("state_before"), bounded: false);
        Should.Throw<PlanException>(() => new QuantTestModule(network)).Message.ShouldContain("ti-advanced");
    }

    /// <summary>The same pictures, dealt out to samples.</summary>
    static CalibrationBatch Divided(CalibrationBatch batch, int[] picturesOfSamples)
    {
        var (pictures, next) = (batch.Samples[0]["x"], 0);
        return new([.. picturesOfSamples.Select(
            count => new Dictionary<string, Tensor> { ["x"] = pictures.Slice((next += count) - count, count).Clone() })]);
    }

    static CalibrationBatch[] Batches(JsonElement golden) =>
    [
        .. golden.GetProperty("inputs").EnumerateArray().Select(input => new CalibrationBatch(
            [new Dictionary<string, Tensor>
                { ["x"] = Tensor.Of(new Shape(TiGolden.Integers(golden, "input_shape")),
                    [.. input.EnumerateArray().Select(number => number.GetSingle())]) }])),
    ];

    /// <summary>Layers in groups, depthwise, transposed, of rows and without a bias.</summary>
    static Model NetworkOfAllKinds()
    {
        var random = new Random(29);
        var graph = new Graph { Name = "net", Opsets = { [""] = 13 } };
        var x = graph.AddInput("x", DataType.Float32, new SymbolicShape(new Dimension(null, "N"), 4, 9, 9));
        var grouped =
            graph.Add("Relu",
                [graph.Add("Conv", [x, Of([8, 2, 3, 3]), Of([8])], "grouped",
                    new() { ["group"] = 2L, ["pads"] = new long[] { 1, 1, 1, 1 } })], "r1");
        var depthwise =
            graph.Add("Conv", [grouped, Of([8, 1, 3, 3]), Of([8])], "depthwise",
                new() { ["group"] = 8L, ["pads"] = new long[] { 1, 1, 1, 1 } });
        // Read twice, so that it is rounded before and behind its gate.
        var gated = graph.Add("Mul", [depthwise, graph.Add("Sigmoid", [depthwise], "sigmoid")], "gated");
        var sum = graph.Add("Relu", [graph.Add("Add", [gated, grouped], "sum")], "r2");
        var enlarged =
            graph.Add("ConvTranspose", [sum, Of([8, 4, 2, 2]), Of([4])], "enlarged", new() { ["strides"] = new long[] { 2, 2 } });
        graph.AddOutput(graph.Add("Concat", [enlarged, enlarged], "y", new() { ["axis"] = 1L }));
        var rows = graph.Add("Flatten", [graph.Add("GlobalAveragePool", [sum], "pool")], "rows");
        var hidden = graph.Add("Relu", [graph.Add("Gemm", [rows, Of([8, 12]), Of([12])], "hidden")], "r3");
        graph.AddOutput(graph.Add("MatMul", [hidden, Of([12, 5])], "z"));
        return Quantizer.Prepare(new() { Graph = graph, Source = "net" });

        Value Of(Shape shape) => graph.AddConstant($"c{graph.Constants.Count}", RandomTensor(random, shape));
    }

    static Tensor RandomTensor(Random random, Shape shape) =>
        Tensor.Of(shape, [.. Enumerable.Range(0, shape.Length).Select(_ => random.NextSingle() * 2 - 1)]);

    /// <summary>The network with the parameters of a state of PyTorch's modules, prepared.</summary>
    static Model Network(JsonElement state, bool bounded = true)
    {
        var graph = new Graph { Name = "net", Opsets = { [""] = 13 } };
        var x = graph.AddInput("x", DataType.Float32, new SymbolicShape(new Dimension(null, "N"), 3, 4, 4));
        var r1 = graph.Add("Relu",
            [Normalize("b1", graph.Add("Conv", [x, Of("c1.weight")], "c1", new() { ["pads"] = new long[] { 1, 1, 1, 1 } }))], "r1");
        var c2 = graph.Add("Conv", [r1, Of("c2.weight")], "c2", new() { ["pads"] = new long[] { 1, 1, 1, 1 }, ["group"] = 8L });
        var r2 = graph.Add("Clip",
            [Normalize("b2", c2), graph.AddConstant("zero", Tensor.Scalar(0f)),
                bounded ? graph.AddConstant("six", Tensor.Scalar(6f)) : null], "r2");
        var c3 = graph.Add("Conv", [r2, Of("c3.weight"), Of("c3.bias")], "c3");
        var flat = graph.Add("Flatten", [graph.Add("GlobalAveragePool", [c3], "pool")], "flat");
        graph.AddOutput(graph.Add("Gemm", [flat, Of("l.weight"), Of("l.bias")], "l", new() { ["transB"] = 1L }));
        return Quantizer.Prepare(new() { Graph = graph, Source = "net" });

        Value Normalize(string name, Value value) => graph.Add(
            "BatchNormalization", [value, Of($"{name}.weight"), Of($"{name}.bias"), Of($"{name}.running_mean"), Of($"{name}.running_var")],
            name, new() { ["epsilon"] = 1e-5f });

        Value Of(string name)
        {
            var tensor = state.GetProperty(name);
            return graph.AddConstant(name, Tensor.Of(new Shape(TiGolden.Integers(tensor, "shape")), TiGolden.Floats(tensor, "data")));
        }
    }
}
