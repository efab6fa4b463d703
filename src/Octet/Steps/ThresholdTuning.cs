using Octet.Calibration;
using Octet.Data;
using Octet.Graphs;
using Octet.Numerics;
using Octet.Planning;
using Octet.Running;
using Octet.Tensors;

namespace Octet.Steps;

/// <summary>Raises thresholds where a layer computes more exactly with a larger one: tpu-mlir's auto-tune.</summary>
/// <remarks>
/// Each layer runs alone, with rounded weights, on inputs recorded from the float model, so that the network itself runs only once a
/// sample. For an input with threshold t and greatest magnitude A, the candidates are <c>t + k · (A − t) / 21</c>, k = 0..21. With each of
/// them all inputs of the layer are rounded to int8, <c>scale = candidate / 127</c>, and the mean over samples of
/// <c>‖reference − output‖₂ / ‖reference‖₁</c> is taken; the least wins, of equal ones the smaller candidate. Where several layers read a
/// value, the largest result counts. Source: tpu-mlir, python/calibration/simple_tunner.py (SimpleTuner).
/// </remarks>
static class ThresholdTuning
{
    const int Steps = 21;

    /// <summary>A threshold that is nearer to the greatest magnitude than this stays as it is.</summary>
    const float MinDifference = 0.01f;

    /// <param name="plan">What is to become integers; its weights say how they are rounded.</param>
    /// <param name="thresholds">The threshold of each value, by name; values without stay in floats.</param>
    /// <param name="magnitudes">The greatest magnitude of each value, by name.</param>
    /// <param name="samples">A few are enough; all values of the network are kept for all of them.</param>
    /// <param name="options">Threads and progress.</param>
    /// <param name="cancel">Ends the tuning between layers.</param>
    /// <returns>The thresholds, none of them less than before.</returns>
    public static IReadOnlyDictionary<string, float> Tune(
        QuantizationPlan plan, IReadOnlyDictionary<string, float> thresholds, IReadOnlyDictionary<string, float> magnitudes,
        ISampleSource samples,
        SampleRunOptions? options = null, CancellationToken cancel = default)
    {
        options ??= new();
        var references = Record(plan.Graph, samples, options, cancel);
        var tuned = thresholds.ToDictionary();
        var done = new HashSet<string>();
        foreach (var (index, node) in plan.Graph.Nodes.Index())
        {
            cancel.ThrowIfCancellationRequested();
            options.Progress?.Report(new("tune", index, plan.Graph.Nodes.Count));
            if (node.Inputs.OfType<Value>().All(input => !IsRounded(input)) || Alone(plan, node) is not { } layer) continue;

            var inputs = layer.Graph.Inputs.Where(IsRounded).ToArray();
            var open = inputs.Where(input => done.Add(input.Name)).ToArray();
            foreach (var input in open.Length > 0 ? open : inputs.Take(1))
            {
                var (threshold, magnitude) = (thresholds[input.Name], magnitudes[input.Name]);
                if (magnitude - threshold <= MinDifference) continue;
                float[] candidates = [.. Enumerable.Range(0, Steps + 1).Select(step => threshold + step * (magnitude - threshold) / Steps)];
                tuned[input.Name] = Math.Max(tuned[input.Name], Best(layer, candidates, references, IsRounded, options));
            }
        }
        options.Progress?.Report(new("tune", plan.Graph.Nodes.Count, plan.Graph.Nodes.Count));
        return tuned;

        bool IsRounded(Value value) => value.Type == DataType.Float32 && value.Constant is null && thresholds.ContainsKey(value.Name);
    }

    /// <summary>An operator taken out of a plan, with rounded weights and with the activation that the device joins to it; null where the
    /// node cannot run alone, or gives no floats.</summary>
    static Session? Alone(QuantizationPlan plan, Node node)
    {
        if (node.Captures.Count > 0 || node.Subgraphs().Any() || node.Outputs is not [{ Type: DataType.Float32 } made, ..]) return null;
        var output = plan.Recipe.Target.Joins(made) ? made.Consumers[0].Output : made;
        return Session.Alone(output == made ? [node] : [node, output.Producer!], output,
            plan.Weights.Where(place => place.Node == node).ToDictionary(place => place.Weight, Rounded));
    }

    static Tensor Rounded(PlannedWeight place)
    {
        var elements = place.Weight.Constant!;
        return LinearQuantizer.FakeQuantize(elements,
            WeightQuantizer.Parameters(elements, place.Spec with { PerChannel = place.Axis is not null }, place.Axis ?? 0,
                method: place.Method));
    }

    /// <summary>The float model's values by name, of each sample.</summary>
    static IReadOnlyList<IReadOnlyDictionary<string, Tensor>> Record(Graph graph, ISampleSource samples, SampleRunOptions options,
        CancellationToken cancel)
    {
        var runner = options.Open(graph, graph.Inputs.Concat(graph.Nodes.SelectMany(node => node.Outputs).OfType<Value>()));
        var records = new Dictionary<string, Tensor>?[samples.Count];
        SampleRun.ForEach(samples, "record", options, (_, index, sample) =>
            records[index] = runner.Watch(sample.Inputs).ToDictionary(made => made.Value.Name, made => made.Tensor.Clone()), cancel);
        return [.. records.OfType<Dictionary<string, Tensor>>()];
    }

    static float Best(Session layer, float[] candidates, IReadOnlyList<IReadOnlyDictionary<string, Tensor>> references,
        Func<Value, bool> isRounded, SampleRunOptions options)
    {
        // Kept for each run and added up in their order, so that threads change nothing.
        var distances = new double[candidates.Length * references.Count];
        ParallelWork.ForEach(distances.Length, options.EffectiveThreads(distances.Length), run =>
        {
            var (candidate, reference) = (candidates[run / references.Count], references[run % references.Count]);
            layer.Run(
                layer.Graph.Inputs.ToDictionary(input => input.Name,
                    input => isRounded(input) ? Rounded(reference[input.Name], candidate) : reference[input.Name]),
                outputs => distances[run] = Distance(reference[layer.Graph.Outputs[0].Name].Floats, outputs[0].Floats));
        });
        var best = 0;
        for (var i = 1; i < candidates.Length; i++)
        {
            if (Sum(i) < Sum(best)) best = i;
        }
        return candidates[best];

        double Sum(int candidate) => distances.AsSpan(candidate * references.Count, references.Count).ToArray().Sum();
    }

    static Tensor Rounded(Tensor values, float threshold)
    {
        var rounded = new Tensor(DataType.Float32, values.Shape);
        LinearQuantizer.FakeQuantize(values.Floats, rounded.Floats, threshold / 127, zeroPoint: 0, low: -128, high: 127);
        return rounded;
    }

    /// <summary><c>‖reference − output‖₂ / ‖reference‖₁</c>; 0 where both are zero.</summary>
    internal static double Distance(ReadOnlySpan<float> reference, ReadOnlySpan<float> output)
    {
        var (squares, magnitudes) = (0.0, 0.0);
        for (var i = 0; i < reference.Length; i++)
        {
            var difference = (double)reference[i] - output[i];
            squares += difference * difference;
            magnitudes += Math.Abs((double)reference[i]);
        }
        return squares == 0 ? 0 : Math.Sqrt(squares) / magnitudes;
    }
}
