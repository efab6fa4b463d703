using Octet.Calibration;
using Octet.Data;
using Octet.Evaluation;
using Octet.Graphs;
using Octet.Numerics;
using Octet.Running;
using Octet.Tensors;
using Octet.Tests.Calibration;

namespace Octet.Tests.Evaluation;

/// <summary>Evaluation, comparison and calibration by an executor that is none of Octet's.</summary>
public sealed class ModelRunnerTests
{
    static readonly MadeSamples Samples = MadeSamples.Of("x", [1, 3], [[1, 2, 3], [3, 2, 1]]);

    /// <summary>y = −x.</summary>
    static Graph Negation()
    {
        var graph = new Graph { Name = "negation", Opsets = { [""] = 13 } };
        var inner = graph.Add("Neg", [graph.AddInput("x", DataType.Float32, new SymbolicShape(1, 3))], "inner");
        graph.AddOutput(graph.Add("Identity", [inner], "y"));
        return graph;
    }

    /// <summary>Gives each value as the input times a factor of its own, whatever the graph says.</summary>
    sealed class Products(Graph graph, IReadOnlySet<Value> watched, float factor) : IModelRunner
    {
        public void Run(IReadOnlyDictionary<string, Tensor> inputs, Action<IReadOnlyList<Tensor>> take) => take([Product(inputs)]);

        public IEnumerable<(Value Value, Tensor Tensor)> Watch(IReadOnlyDictionary<string, Tensor> inputs) =>
            graph.Values.Where(watched.Contains).Select(value => (value, value.IsGraphInput ? inputs[value.Name] : Product(inputs)));

        Tensor Product(IReadOnlyDictionary<string, Tensor> inputs) =>
            Tensor.Of([1, 3], [.. inputs["x"].Floats.ToArray().Select(x => factor * x)]);
    }

    [Fact]
    public void A_metric_judges_what_the_executor_gives()
    {
        // With a positive factor the best class is where the input is largest; the graph itself says the opposite.
        var metric = new Classification([2, 0]);
        metric.Evaluate(new Products(Negation(), new HashSet<Value>(), factor: 2), Samples).Value.ShouldBe(100);
        metric.Evaluate(new Session(Negation()), Samples).Value.ShouldBe(0);
        Classification.Predict(new Products(Negation(), new HashSet<Value>(), factor: 2), Samples).ShouldBe([2, 0]);
    }

    [Fact]
    public void Calibration_measures_what_the_executor_shows()
    {
        var graph = Negation();
        var (x, inner) = (graph.FindValue("x")!, graph.FindValue("inner")!);
        var options = new SampleRunOptions { NewRunner = (graph, options) => new Products(graph, options.Watched, factor: 10) };

        var measured = Calibrator.Measure(graph, [x, inner], Samples, _ => new MinMaxObserver(), options);

        measured.Observers[x].Range.ShouldBe(new ValueRange(1, 3));
        measured.Observers[inner].Range.ShouldBe(new ValueRange(10, 30));
    }

    [Fact]
    public void Layers_are_compared_as_the_executors_of_both_models_show_them()
    {
        var (reference, other) = (Negation(), Negation());
        Func<Graph, SessionOptions, IModelRunner> run = (graph, options) => new Products(graph, options.Watched, graph == other ? 0.9f : 1);

        var result = LayerComparison.Compare(reference, other, Samples, new() { NewRunner = run });

        // Noise of a tenth of the signal: 20 dB.
        result.Layers.Select(layer => (layer.Name, Math.Round(layer.SqnrDb, 3))).ShouldBe([("inner", 20)]);
        result.Outputs.Select(output => (output.Name, Math.Round(output.SqnrDb, 3))).ShouldBe([("y", 20)]);
    }

    [Fact]
    public void A_session_shows_what_is_watched_and_can_be_left_in_the_middle()
    {
        var graph = Negation();
        var session = new Session(graph, new() { Watched = graph.Values.ToHashSet() });
        var inputs = Samples.Load(0).Inputs;

        session.Watch(inputs).First().Value.Name.ShouldBe("x");
        session.Watch(inputs).Select(made => $"{made.Value.Name} {made.Tensor.Floats[0]}").ShouldBe(["x 1", "inner -1", "y -1"]);
    }
}
