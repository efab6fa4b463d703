using Octet.Calibration;
using Octet.Data;
using Octet.Graphs;
using Octet.Kernels;
using Octet.Numerics;
using Octet.Operators;
using Octet.Planning;
using Octet.Running;
using Octet.Tensors;

namespace Octet.Tuning;

/// <summary>
/// Shares out the ranges of channels between two layers that follow each other, so that one scale for a whole weight suits all of its channels. The float function stays what it is.
/// </summary>
/// <remarks>
/// Between a layer and the next, with a ReLU or nothing between them, channel c of the first can be divided by any positive factor if the second multiplies by it. The factor
/// <c>sqrt(r₁ / r₂)</c>, of the ranges that the channel has in both weights, makes both equal. A bound above zero (ReLU6) allows that only to channels that never reach it, before and
/// after: those that do keep their factor of 1. Pairs are gone through until nothing changes much. Source: Nagel et al. 2019, arXiv:1906.04721, section 4.1; the rule for bounds is Octet's.
/// </remarks>
static class Equalization
{
    const int MostSweeps = 20;

    /// <summary>Sweeps end when no factor is farther from 1 than this.</summary>
    const float Settled = 0.02f;

    /// <summary>How near a channel may come to the bound of its activation.</summary>
    const float ShareOfBound = 0.99f;

    /// <param name="First">The layer whose output channels are divided.</param>
    /// <param name="Second">The layer whose input channels are multiplied.</param>
    /// <param name="Activation">What stands between them; null for nothing.</param>
    sealed record Pair(Node First, Node Second, Node? Activation)
    {
        /// <summary>The bound of the activation; infinite if it has none.</summary>
        public float Bound => Activation is null ? float.PositiveInfinity : Pact2Placement.LimitsOf(Activation)!.Value.High;
    }

    /// <summary>Equalizes a graph in place.</summary>
    /// <param name="graph">A prepared graph, whose constants may be replaced.</param>
    /// <param name="samples">What tells which channels reach the bound of their activation; run only if there are bounds.</param>
    /// <param name="options">Threads and progress.</param>
    /// <param name="cancel">Ends the run between samples.</param>
    /// <returns>How many pairs of layers were equalized.</returns>
    public static int Apply(Graph graph, ISampleSource samples, SampleRunOptions? options = null, CancellationToken cancel = default) =>
        Rescale(graph, samples, (before, after, _) => MathF.Sqrt(before / after), MostSweeps, options ?? new(), cancel);

    /// <summary>Divides channels by factors and lets the next layer multiply by them, as far as bounds allow.</summary>
    /// <param name="graph">As above.</param>
    /// <param name="samples">As above.</param>
    /// <param name="factorOf">Gives the factor of a channel: from its greatest weight in the first layer, its greatest in the second, and its index.</param>
    /// <param name="sweeps">How often to go through all pairs at most.</param>
    /// <param name="options">Threads and progress.</param>
    /// <param name="cancel">Ends the run between samples.</param>
    internal static int Rescale(
        Graph graph, ISampleSource samples, Func<float, float, int, float> factorOf, int sweeps, SampleRunOptions options, CancellationToken cancel = default)
    {
        var pairs = graph.Nodes.Select(PairOf).OfType<Pair>().ToArray();
        var bounded = pairs.Where(pair => float.IsFinite(pair.Bound)).ToArray();
        var maxima = bounded.Length > 0 ? Measure(graph, [.. bounded.Select(pair => pair.Activation!.Inputs[0]!)], samples, options, cancel) : [];
        foreach (var layer in pairs.SelectMany(pair => new[] { pair.First, pair.Second }).Distinct()) OwnConstants(layer);
        for (var sweep = 0; sweep < sweeps; sweep++)
        {
            var farthest = 0f;
            foreach (var pair in pairs) farthest = Math.Max(farthest, Rescale(pair, pair.Activation is { } activation ? maxima.GetValueOrDefault(activation.Inputs[0]!) : null, factorOf));
            if (farthest < Settled) break;
        }
        return pairs.Length;
    }

    static Pair? PairOf(Node first)
    {
        if (first.Operator is not Conv || !CanScale(first) || Only(first.Output) is not { } next) return null;
        var activation = Pact2Placement.LimitsOf(next) is { Low: 0 } ? next : null;
        var second = activation is null ? next : Only(activation.Output);
        return second is { Operator: Conv } && CanScale(second) && second.Inputs[0] == (activation ?? first).Output && HasMatchingGroups(second) ? new(first, second, activation) : null;
    }

    static Node? Only(Value value) => value is { Consumers: [var only], IsGraphOutput: false } ? only : null;

    static bool CanScale(Node layer) => Pact2Placement.IsLayer(layer) && layer.InputOrNull(2) is null or { Constant.Type: DataType.Float32 };

    /// <summary>Groups of one channel each, or no groups.</summary>
    static bool HasMatchingGroups(Node layer) => ((Conv)layer.Operator).Groups == 1 || layer.Inputs[1]!.Constant!.Shape[1] == 1 && ((Conv)layer.Operator).Groups == layer.Inputs[1]!.Constant!.Shape[0];

    /// <summary>Gives a layer constants that nobody else reads or changes.</summary>
    static void OwnConstants(Node layer)
    {
        foreach (var index in new[] { 1, 2 })
        {
            if (layer.InputOrNull(index) is not { Constant: { } constant } value) continue;
            if (value.Consumers.Count == 1) value.Constant = constant.Clone();
            else layer.SetInput(index, layer.Graph.AddConstant(layer.Graph.UniqueName($"{value.Name}_{layer.Output.Name}"), constant.Clone()));
        }
    }

    /// <returns>How far the farthest factor is from 1.</returns>
    static float Rescale(Pair pair, float[]? maxima, Func<float, float, int, float> factorOf)
    {
        var (first, second) = (pair.First.Inputs[1]!.Constant!, pair.Second.Inputs[1]!.Constant!);
        var outputs = ChannelLayout.Of(first.Shape, 0);
        var isDepthwise = ((Conv)pair.Second.Operator).Groups > 1;
        var inputs = ChannelLayout.Of(second.Shape, isDepthwise ? 0 : 1);
        var (before, after) = (Ranges(first, outputs), Ranges(second, inputs));
        var bias = pair.First.InputOrNull(2)?.Constant;
        var farthest = 0f;
        for (var channel = 0; channel < outputs.Channels; channel++)
        {
            // A channel without weights on one side has nothing to share.
            if (before[channel].Magnitude == 0 || after[channel].Magnitude == 0) continue;
            var factor = factorOf(before[channel].Magnitude, after[channel].Magnitude, channel);
            if (maxima is not null)
            {
                if (maxima[channel] > ShareOfBound * pair.Bound) continue;
                factor = Math.Max(factor, maxima[channel] / (ShareOfBound * pair.Bound));
                maxima[channel] /= factor;
            }
            farthest = Math.Max(farthest, Math.Abs(factor - 1));
            Scale(first, outputs, channel, 1 / factor);
            Scale(second, inputs, channel, factor);
            if (bias is not null) bias.Floats[channel] /= factor;
        }
        return farthest;
    }

    static ValueRange[] Ranges(Tensor weights, ChannelLayout layout)
    {
        var ranges = new ValueRange[layout.Channels];
        Array.Fill(ranges, ValueRange.Nothing);
        MinMax.OfChannels(weights.Floats, layout, ranges);
        return ranges;
    }

    static void Scale(Tensor weights, ChannelLayout layout, int channel, float factor)
    {
        for (var outer = 0; outer < layout.Outer; outer++)
        {
            foreach (ref var weight in weights.Floats.Slice(layout.Start(outer, channel), layout.Inner)) weight *= factor;
        }
    }

    /// <summary>The greatest value of each channel over all samples, of values before an activation.</summary>
    static Dictionary<Value, float[]> Measure(Graph graph, Value[] values, ISampleSource samples, SampleRunOptions options, CancellationToken cancel)
    {
        var session = new Session(graph, new() { Watched = values.ToHashSet() });
        var watchers = Enumerable.Range(0, options.EffectiveThreads(samples.Count)).Select(_ => new MaximumWatcher()).ToArray();
        SampleRun.ForEach(samples, "equalize", options, (worker, _, sample) => session.Run(sample.Inputs, watchers[worker], _ => { }), cancel);
        return values.ToDictionary(value => value, value => watchers.Select(watcher => watcher.Maxima.GetValueOrDefault(value)).OfType<float[]>()
            .Aggregate((all, next) => [.. all.Zip(next, Math.Max)]));
    }

    sealed class MaximumWatcher : IValueWatcher
    {
        public Dictionary<Value, float[]> Maxima { get; } = [];

        public void See(Value value, Tensor tensor)
        {
            var seen = Ranges(tensor, ChannelSums.Layout(tensor)).Select(range => CalibrationException.ThrowIfNotFinite(range).High).ToArray();
            Maxima[value] = Maxima.TryGetValue(value, out var known) ? [.. known.Zip(seen, Math.Max)] : seen;
        }
    }
}
