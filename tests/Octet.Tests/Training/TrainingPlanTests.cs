using Octet.Graphs;
using Octet.Numerics;
using Octet.Operators;
using Octet.Tensors;
using Octet.Tests.Operators;
using Octet.Training;

namespace Octet.Tests.Training;

public sealed class TrainingPlanTests
{
    static readonly Dictionary<string, Shape> Batch = new() { ["x"] = [4, 3, 12, 12] };

    [Theory]
    [InlineData(true), InlineData(false)]
    public void Channels_last_gives_the_gradients_of_the_plain_graph(bool batchStatistics)
    {
        using var plain = Plan(SmallNetwork.Create(), new() { ChannelsLast = false, BatchStatistics = batchStatistics });
        using var fast = Plan(SmallNetwork.Create(), new() { BatchStatistics = batchStatistics });

        fast.Step().ShouldBe(plain.Step(), 1e-5f);
        fast.Parameters.Count.ShouldBe(plain.Parameters.Count);
        foreach (var (actual, expected) in fast.Parameters.Zip(plain.Parameters))
        {
            actual.Name.ShouldBe(expected.Name);
            for (var i = 0; i < expected.Gradient.Length; i++)
                actual.Gradient.Floats[i].ShouldBe(expected.Gradient.Floats[i], 2e-5f, $"{actual.Name}, element {i}");
        }
        foreach (var (actual, expected) in fast.States.Zip(plain.States)) actual.Elements.ShouldBeClose(expected.Elements.Floats);
    }

    [Theory]
    [InlineData(QuantizerTraining.Fixed), InlineData(QuantizerTraining.LearnedScales), InlineData(QuantizerTraining.LearnedThresholds),
        InlineData(QuantizerTraining.FollowedRanges)]
    public void Quantized_networks_train_with_the_same_bits_for_any_number_of_threads(QuantizerTraining quantizers)
    {
        var bits = new[] { 1, 2, 5 }.Select(threads =>
        {
            using var plan = Plan(SmallNetwork.Quantized(), new() { Threads = threads, Quantizers = quantizers });
            var optimizer = new OptimizerState(new AdamOptimizer(), plan.Parameters);
            for (var step = 0; step < 3; step++)
            {
                float.IsFinite(plan.Step()).ShouldBeTrue();
                optimizer.Step(1e-3, 1e-3);
            }
            return plan.Parameters.SelectMany(parameter => parameter.Elements.Bytes.ToArray()).ToArray();
        }).ToArray();

        bits[1].ShouldBe(bits[0]);
        bits[2].ShouldBe(bits[0]);
    }

    [Fact]
    public void A_step_allocates_nothing()
    {
        using var plan = Plan(SmallNetwork.Create(), new());
        plan.Step();
        plan.Step();
        var before = GC.GetAllocatedBytesForCurrentThread();
        plan.Step();
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(4096);
    }

    [Fact]
    public void The_loss_falls_when_weights_follow_their_gradients()
    {
        using var plan = Plan(SmallNetwork.Create(), new());
        var optimizer = new OptimizerState(new SgdOptimizer(), plan.Parameters);
        var first = plan.Step();
        for (var step = 0; step < 30; step++)
        {
            optimizer.Step(0.02, 0);
            plan.Step();
        }
        plan.Loss.ShouldBeLessThan(first / 4);
    }

    [Fact]
    public void Learned_thresholds_stay_powers_of_two_and_come_back_as_quantizers()
    {
        var network = SmallNetwork.Quantized();
        using var plan = Plan(network, new() { Quantizers = QuantizerTraining.LearnedThresholds });
        var optimizer = new OptimizerState(new AdamOptimizer(), plan.Parameters);
        for (var step = 0; step < 5; step++)
        {
            plan.Step();
            optimizer.Step(1e-3, 0.5);
        }
        var before = network.Find<FakeQuantize>().Select(node => ((FakeQuantize)node.Operator).Parameters.Scale).ToArray();
        plan.CopyTo(network);
        var scales = network.Find<FakeQuantize>().SelectMany(node => ((FakeQuantize)node.Operator).Parameters.Scales).ToArray();

        scales.ShouldAllBe(scale => MathF.Log2(scale) == MathF.Round(MathF.Log2(scale)));
        network.Find<FakeQuantize>().Select(node => ((FakeQuantize)node.Operator).Parameters.Scale).ShouldNotBe(before);
        GraphCheck.Check(network);
    }

    [Fact]
    public void Operators_without_a_gradient_are_named_all_at_once()
    {
        var graph = new Graph { Opsets = { [""] = 20 } };
        var x = graph.AddInput("x", DataType.Float32, SymbolicShape.From([4, 3]));
        var weights = graph.AddConstant("w", OperatorRun.Random(new(1), [3, 5]));
        var y = graph.Add("MatMul", [x, weights], "y");
        var odd = graph.Add("Hardmax",
            [graph.Add("Det", [graph.Add("Reshape", [y, graph.AddConstant("shape", Tensor.Vector(5, 2, 2))], "squares")], "det")], "odd",
            new() { ["axis"] = 0L });
        graph.AddOutput(graph.Add("Reshape", [odd, graph.AddConstant("flat", Tensor.Vector(1, 5))], "out"));

        var problem =
            Should.Throw<MissingGradientException>(
                () => new TrainingPlan(graph, new Dictionary<string, Shape> { ["x"] = [4, 3] }, [new ClassLoss()]));
        problem.OpTypes.ShouldContain("Hardmax");
        problem.Message.ShouldContain("'odd'");
    }

    static TrainingPlan Plan(Graph network, TrainingPlanOptions options)
    {
        var plan = new TrainingPlan(network, Batch, [new ClassLoss()], options);
        OperatorRun.Random(new(3), Batch["x"]).CopyTo(plan.GetInput("x"));
        for (var i = 0; i < 4; i++) plan.GetTarget(0).Longs[i] = i;
        return plan;
    }
}
