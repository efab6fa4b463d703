using System.Collections.Concurrent;
using Octet.Data;
using Octet.Evaluation;
using Octet.Graphs;
using Octet.Pipeline;
using Octet.Planning;
using Octet.Running;

namespace Octet.ConformanceTests;

/// <summary>ONNX Runtime runs what Octet evaluates, compares and calibrates.</summary>
public sealed class OtherExecutorTests : IDisposable
{
    readonly ConcurrentBag<OnnxRuntimeRunner> _runners = [];
    readonly Model _model = Signs.Load();

    /// <summary>For all graphs but those of Octet's own operators, which simulate integers.</summary>
    SampleRunOptions Run => new()
    {
        NewRunner = (graph, options) =>
        {
            if (graph.Nodes.Any(node => node.Domain.Length > 0)) return new Session(graph, options);
            var runner = new OnnxRuntimeRunner(graph, options);
            _runners.Add(runner);
            return runner;
        },
    };

    public void Dispose()
    {
        foreach (var runner in _runners) runner.Dispose();
    }

    [Fact]
    public void Accuracy_is_that_of_a_session()
    {
        var pictures = Quantizer.OpenSamples(_model, Signs.Validation);
        var metric = new Classification(LabelFile.Read(Signs.Labels).Of(pictures));
        using var runtime = new OnnxRuntimeRunner(_model.Graph);

        metric.Evaluate(runtime, pictures).Figures.ShouldBe(metric.Evaluate(new Session(_model.Graph), pictures).Figures);
        runtime.Runs.ShouldBe(pictures.Count);
    }

    [Fact]
    public void Calibration_finds_the_ranges_of_a_session()
    {
        var pictures = Quantizer.OpenSamples(_model, Signs.Calibration).Take(8);
        var options = new QuantizerOptions { Recipe = Recipes.Find("fast")! };
        var expected = Quantizer.Quantize(_model, pictures, options).Table;

        var actual = Quantizer.Quantize(_model, pictures, options with { RunOptions = Run }).Table;

        _runners.Sum(runner => runner.Runs).ShouldBeGreaterThanOrEqualTo(pictures.Count);
        actual.Ranges.Keys.ShouldBe(expected.Ranges.Keys, ignoreOrder: true);
        // Of large tensors a part is counted, which is another one where channels lie last: one element of ten thousand is cut off, and of
        // eight pictures these are few.
        foreach (var (value, (low, high)) in expected.Ranges) actual.Ranges[value].High.ShouldBe(high, (high - low) / 25, value);
    }

    [Fact]
    public void Layers_are_compared_with_an_exported_model_as_by_sessions()
    {
        var pictures = Quantizer.OpenSamples(_model, Signs.Calibration).Take(4);
        var quantized = Quantizer.Quantize(_model, pictures, new() { Recipe = Recipes.Find("fast")! });
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.onnx");
        quantized.Save(path);
        var exported = Quantizer.Load(path).Graph;
        File.Delete(path);

        var expected = LayerComparison.Compare(_model.Graph, exported, pictures);
        var actual = LayerComparison.Compare(_model.Graph, exported, pictures, Run);

        _runners.Count.ShouldBe(2);
        actual.Layers.Select(layer => layer.Name).ShouldBe(expected.Layers.Select(layer => layer.Name));
        // Integers may fall to the other side of a half; the noise of all of them together stays.
        actual.Outputs[0].SqnrDb.ShouldBe(expected.Outputs[0].SqnrDb, tolerance: 1);
    }
}
