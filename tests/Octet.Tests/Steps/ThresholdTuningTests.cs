using Octet.Data;
using Octet.Graphs;
using Octet.Pipeline;
using Octet.Planning;
using Octet.Steps;
using Octet.Tensors;
using Octet.Tests.Calibration;

namespace Octet.Tests.Steps;

public sealed class ThresholdTuningTests
{
    /// <summary>y = x · w with a single weight of 1, which int8 represents exactly: what is lost is lost by rounding x.</summary>
    static Graph Layer(out Value x)
    {
        var graph = new Graph { Name = "layer", Opsets = { [""] = 13 } };
        x = graph.AddInput("x", DataType.Float32, new(1, 8));
        var product = graph.Add("MatMul", [x, graph.AddConstant("w", Identity(8))], "product");
        graph.AddOutput(graph.Add("Relu", [product], "y"));
        ShapeInference.Annotate(graph);
        return graph;
    }

    static Tensor Identity(int size)
    {
        var identity = new Tensor(DataType.Float32, [size, size]);
        for (var i = 0; i < size; i++) identity.Floats[i * (size + 1)] = 1;
        return identity;
    }

    static readonly float[][] Data = [[0.5f, 1, 1.5f, 2, -3, 3, 3.5f, 8], [0.25f, 0.75f, 1.25f, 2, -2, 2.5f, 7, 6]];

    static IReadOnlyDictionary<string, float> Tune(QuantizationPlan plan, float threshold, float magnitude, int threads = 1) =>
        ThresholdTuning.Tune(
        plan, new Dictionary<string, float> { ["x"] = threshold, ["y"] = 8 },
        new Dictionary<string, float> { ["x"] = magnitude, ["y"] = 8 },
        MadeSamples.Of("x", [1, 8], Data), new() { Threads = threads });

    [Fact]
    public void The_candidate_with_the_least_distance_wins()
    {
        var plan = Planner.Plan(Layer(out _), Recipes.Fast);

        var tuned = Tune(plan, threshold: 2, magnitude: 8);

        // The definition, written out: the layer hands on what is not negative.
        var distances = Enumerable.Range(0, 22).Select(step => 2 + step * (8f - 2) / 21)
            .Select(candidate => (candidate, Data.Average(sample =>
        {
            var difference = sample.Sum(value => Math.Pow(Math.Max(0, value) - Math.Max(0, Round(value, candidate / 127)), 2));
            return Math.Sqrt(difference) / sample.Sum(value => Math.Max(0, value));
        })));
        tuned["x"].ShouldBe(distances.MinBy(pair => pair.Item2).candidate);
        tuned["x"].ShouldBeGreaterThan(7);
        tuned["y"].ShouldBe(8);
    }

    static double Round(float value, float scale) => Math.Clamp(MathF.Round(value / scale), -128, 127) * scale;

    [Fact]
    public void A_threshold_next_to_the_greatest_magnitude_stays() =>
    Tune(Planner.Plan(Layer(out _), Recipes.Fast), threshold: 7.995f, magnitude: 8)["x"].ShouldBe(7.995f);

    [Fact]
    public void Any_number_of_threads_gives_the_same() =>
        Tune(Planner.Plan(Layer(out _), Recipes.Fast), 2, 8, threads: 4).ShouldBe(Tune(Planner.Plan(Layer(out _), Recipes.Fast), 2, 8));

    [Fact]
    public void Of_several_readers_the_one_that_wants_most_decides_and_nothing_is_lowered()
    {
        var graph = Layer(out var x);
        graph.AddOutput(graph.Add("Neg", [x], "negative"));
        ShapeInference.Annotate(graph);
        var plan = Planner.Plan(graph, Recipes.Fast);

        Tune(plan, 2, 8)["x"].ShouldBeGreaterThanOrEqualTo(Tune(Planner.Plan(Layer(out _), Recipes.Fast), 2, 8)["x"]);
    }

    [Fact]
    public void The_distance_is_the_error_over_the_sum_of_magnitudes()
    {
        ThresholdTuning.Distance([3, -4, 0], [0, 0, 0]).ShouldBe(5.0 / 7);
        ThresholdTuning.Distance([0, 0], [0, 0]).ShouldBe(0);
    }
}
