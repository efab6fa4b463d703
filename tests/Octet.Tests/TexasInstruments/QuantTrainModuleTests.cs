using System.Text.Json;
using Octet.Graphs;
using Octet.Planning;
using Octet.Tensors;
using Octet.TexasInstruments;
using Octet.Training;

namespace Octet.Tests.TexasInstruments;

/// <summary>Six steps of TI's own code on its small network: conv bn relu, depthwise conv bn relu6, conv, global average pool,
/// linear.</summary>
public sealed class QuantTrainModuleTests
{
    const float Tolerance = 1e-4f;

    static JsonElement Golden => TiGolden.Section("qat");

    [Fact]
    public void Losses_outputs_gradients_and_states_are_those_of_TIs_code()
    {
        using var module = new QuantTrainModule(Network(), batch: 8, totalEpochs: 1000);
        var (batches, classes) = (Batches(), Classes());
        module.Train();
        foreach (var (step, record) in Golden.GetProperty("steps").EnumerateArray().Index())
        {
            var outputs = module.Forward(batches[step % batches.Length], classes);
            module.Loss.ShouldBe(record.GetProperty("loss").GetSingle(), Tolerance, $"loss of step {step}");
            outputs["l"].Floats.ToArray().ShouldBe(TiGolden.Floats(record, "output"), Tolerance, $"outputs of step {step}");
            if (record.TryGetProperty("grads", out var gradients) && gradients.ValueKind == JsonValueKind.Object)
            {
                foreach (var gradient in gradients.EnumerateObject())
                {
                    var actual = module.Parameters.Single(parameter => parameter.Name == gradient.Name).Gradient.Floats.ToArray();
                    actual.ShouldBe([.. gradient.Value.EnumerateArray().Select(number => number.GetSingle())], Tolerance,
                        $"gradient of {gradient.Name}, step {step}");
                }
            }
            module.Step(0.01);
        }
        var after = Golden.GetProperty("state_after");
        foreach (var parameter in module.Parameters)
            parameter.Elements.Floats.ToArray()
                .ShouldBe(TiGolden.Floats(after.GetProperty(parameter.Name), "data"), Tolerance, parameter.Name);
        foreach (var (value, buffer) in new[] { ("x", "c1.activation_in"), ("r1", "r1"), ("r2", "r2"), ("c3", "c3.activation_q"),
            ("l", "l.activation_q") })
        {
            var average = module.AverageOf(value);
            new[] { average.Low, average.High }.ShouldBe(TiGolden.Floats(after.GetProperty($"{buffer}.clips_act"), "data"), Tolerance,
                value);
        }
        module.Eval();
        module.Forward(batches[0])["l"].Floats.ToArray().ShouldBe(TiGolden.Floats(Golden, "eval_output_batch0"), Tolerance);
    }

    [Fact]
    public void Statistics_and_ranges_stay_by_the_schedule_and_not_by_validating()
    {
        using var module = new QuantTrainModule(Network(), batch: 8, totalEpochs: 4);
        var (batches, classes) = (Batches(), Classes());
        var ranges = new List<float>();
        for (var epoch = 0; epoch < 5; epoch++)
        {
            module.Train();
            module.Forward(batches[epoch % batches.Length], classes);
            module.Step(0.01);
            ranges.Add(module.AverageOf("r1").High);
            module.Eval();
            module.Forward(batches[0]);
        }
        ranges.Take(3).Distinct().Count().ShouldBe(3);
        ranges[3].ShouldBe(ranges[2]);
        ranges[4].ShouldBe(ranges[2]);
    }

    [Fact]
    public void A_test_module_takes_what_training_gives()
    {
        using var module = new QuantTrainModule(Network(), batch: 8, totalEpochs: 100);
        var (batches, classes) = (Batches(), Classes());
        for (var step = 0; step < 3; step++)
        {
            module.Forward(batches[step], classes);
            module.Step(0.01);
        }
        module.Eval();
        var test = new QuantTestModule(module.Module, new() { KeepBounds = false, CoverAll = false });
        test.Forward(batches[0])["l"].Floats.ToArray().ShouldBe(module.Forward(batches[0])["l"].Floats.ToArray(), Tolerance);
    }

    static Tensor Classes() => Tensor.Of<long>([8], [.. TiGolden.Integers(Golden, "targets").Select(label => (long)label)]);

    static IReadOnlyDictionary<string, Tensor>[] Batches()
    {
        var golden = TiGolden.Section("calibrate");
        return
        [
            .. golden.GetProperty("inputs").EnumerateArray().Select(input => new Dictionary<string, Tensor>
            {
                ["x"] = Tensor.Of(new Shape(TiGolden.Integers(golden, "input_shape")),
                    [.. input.EnumerateArray().Select(number => number.GetSingle())]),
            }),
        ];
    }

    /// <summary>The network as it was before training, with its normalizations.</summary>
    static Model Network()
    {
        var state = TiGolden.Section("calibrate").GetProperty("state_before");
        var graph = new Graph { Name = "net", Opsets = { [""] = 13 } };
        var x = graph.AddInput("x", DataType.Float32, new SymbolicShape(new Dimension(null, "N"), 3, 4, 4));
        var r1 = graph.Add("Relu",
            [Normalize("b1", graph.Add("Conv", [x, Of("c1.weight")], "c1", new() { ["pads"] = new long[] { 1, 1, 1, 1 } }))], "r1");
        var c2 = graph.Add("Conv", [r1, Of("c2.weight")], "c2", new() { ["pads"] = new long[] { 1, 1, 1, 1 }, ["group"] = 8L });
        var r2 = graph.Add("Clip",
            [Normalize("b2", c2), graph.AddConstant("zero", Tensor.Scalar(0f)), graph.AddConstant("six", Tensor.Scalar(6f))], "r2");
        var c3 = graph.Add("Conv", [r2, Of("c3.weight"), Of("c3.bias")], "c3");
        var flat = graph.Add("Flatten", [graph.Add("GlobalAveragePool", [c3], "pool")], "flat");
        graph.AddOutput(graph.Add("Gemm", [flat, Of("l.weight"), Of("l.bias")], "l", new() { ["transB"] = 1L }));
        return new() { Graph = graph, Source = "net" };

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
