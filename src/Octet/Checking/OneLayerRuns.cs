using Octet.Data;
using Octet.Evaluation;
using Octet.Graphs;
using Octet.Numerics;
using Octet.Planning;

namespace Octet.Checking;

/// <summary>Quantizes one layer, its weights and its inputs, and compares the model's outputs: what the layer costs by
/// itself.</summary>
static class OneLayerRuns
{
    /// <summary>Only the layers that look worst are tried: each costs a run of the whole model.</summary>
    const int MaxLayers = 12;

    const int MaxSamples = 4;

    /// <param name="model">What is checked; measured already.</param>
    /// <param name="layers">The layers, those to be tried first in front.</param>
    /// <param name="samples">What to run; a few of them are.</param>
    /// <param name="options">Threads and progress.</param>
    /// <param name="cancel">Ends the run between samples.</param>
    /// <returns>The signal to noise ratio of the worst output, in decibels, of each layer that was tried.</returns>
    public static IReadOnlyDictionary<LayerWeights, double> Of(
        CheckedModel model, IEnumerable<LayerWeights> layers, ISampleSource samples, SampleRunOptions options, CancellationToken cancel)
    {
        var tried = layers.Take(MaxLayers).ToArray();
        if (tried.Length == 0) return new Dictionary<LayerWeights, double>();

        // Each run is short; progress counts layers.
        var comparison =
            new OutputComparison(model.Graph, samples.Take(Math.Min(MaxSamples, samples.Count)), options with { Progress = null },
                cancel: cancel);
        var ratios = new Dictionary<LayerWeights, double>();
        foreach (var layer in tried)
        {
            ratios[layer] = comparison.Compare(Rounded(model, layer)).Select(output => output.SqnrDb)
                .DefaultIfEmpty(double.PositiveInfinity).Min();
            options.Progress?.Report(new("hard layers one by one", ratios.Count, tried.Length));
        }
        return ratios;
    }

    static Graph Rounded(CheckedModel model, LayerWeights layer)
    {
        var graph = model.Graph.Clone(out var copies);
        var node = copies[layer.Node];
        var data = model.Measured![layer.Node.Inputs[0]!] is { Range.IsNothing: false } seen
            ? QuantizationParameters.From(seen.Range, model.Recipe.Config.Activations) : null;
        foreach (var (index, input) in Simulation.OperandsOf(node, data, layer.Rounded).Index()) node.SetInput(index, input);
        return graph;
    }
}
