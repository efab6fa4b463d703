using Octet.Calibration;
using Octet.Data;
using Octet.Graphs;
using Octet.Operators;
using Octet.Running;
using Octet.Tensors;

namespace Octet.Evaluation;

/// <summary>Runs the same samples through a float model and another made from it, and measures each layer that both have.</summary>
public static class LayerComparison
{
    /// <param name="reference">The float graph, prepared as the other one was.</param>
    /// <param name="other">The quantized graph: simulated, exported, or any with the same names.</param>
    /// <param name="samples">What to run.</param>
    /// <param name="options">Threads and progress.</param>
    /// <param name="cancel">Ends the run between samples.</param>
    /// <exception cref="ComparisonException">The graphs have no value in common, or of one name values of different shapes.</exception>
    public static ComparisonResult Compare(
        Graph reference, Graph other, ISampleSource samples, SampleRunOptions? options = null, CancellationToken cancel = default)
    {
        options ??= new();
        var pairs = Pair(reference, other);
        if (pairs.Length == 0) throw ComparisonException.NothingInCommon(reference, other);
        var first = new Session(reference, options.SessionOptions with { Watched = pairs.Select(pair => pair.Reference).ToHashSet() });
        var second = new Session(other, options.SessionOptions with { Watched = pairs.Select(pair => pair.Other).ToHashSet() });
        var slots = new PairSlots(
            pairs.Index().ToDictionary(entry => entry.Item.Reference, entry => entry.Index), pairs.Index().ToDictionary(entry => entry.Item.Other, entry => entry.Index));

        var ignored = IgnoredElements.In(reference);

        // Kept for each sample and added up in their order at the end, so that the figures do not depend on threads.
        var sums = new SignalComparison[samples.Count][];
        SampleRun.ForEach(samples, "compare", options, (_, index, sample) =>
        {
            using var one = first.Bind(sample.Inputs);
            using var two = second.Bind(sample.Inputs);
            sums[index] = CompareSample(one, two, slots, ignored);
        }, cancel);

        var layers = pairs.Select((pair, slot) => new LayerFigures(
            pair.Reference.Name, pair.Reference.Producer?.OpType ?? "input",
            sums.Where(sample => sample is not null).Select(sample => sample[slot]).Aggregate(default(SignalComparison), (total, next) => total + next)));
        return new([.. layers.Where((_, slot) => !pairs[slot].Reference.IsGraphOutput)], [.. layers.Where((_, slot) => pairs[slot].Reference.IsGraphOutput)]);
    }

    /// <summary>The float values that both graphs make; on the side of the other one, behind the rounding where there is some.</summary>
    static (Value Reference, Value Other)[] Pair(Graph reference, Graph other)
    {
        var byName = other.Values.GroupBy(value => value.Name).ToDictionary(group => group.Key, group => group.First());
        var inner = reference.Nodes.SelectMany(node => node.Outputs).OfType<Value>()
            .Where(value => value.Type is DataType.Float32 && !value.IsGraphOutput && byName.ContainsKey(value.Name))
            // A reference that rounds too is compared before and behind its own rounding.
            .Select(value => (value, Rounded(value) == value ? Rounded(byName[value.Name]) : byName[value.Name]));
        var outputs = reference.Outputs.Distinct()
            .Where(value => value.Type is DataType.Float32 && byName.TryGetValue(value.Name, out var twin) && twin is { Producer: not null, Type: DataType.Float32 })
            .Select(value => (value, byName[value.Name]));
        return [.. inner.Concat(outputs).DistinctBy(pair => pair.Item2)];
    }

    /// <summary>The value as the next layer reads it: behind FakeQuantize, or behind QuantizeLinear and DequantizeLinear.</summary>
    static Value Rounded(Value value) => value.Consumers switch
    {
        [{ Operator: FakeQuantize } only] => only.Output,
        [{ Operator: QuantizeLinear, Output.Consumers: [{ Operator: DequantizeLinear } only] }] => only.Output,
        _ => value,
    };

    /// <summary>
    /// Runs both models side by side: when the first has made a value, the second goes on until it has made its own. So one value of each is there at a time, and only
    /// those are copied that the second model makes in another order.
    /// </summary>
    static SignalComparison[] CompareSample(BoundRun reference, BoundRun other, PairSlots slots, IReadOnlyDictionary<Value, IgnoredElements> ignored)
    {
        var sums = new SignalComparison[slots.OfOther.Count];
        var early = new Dictionary<int, Tensor>();
        reference.Start();
        other.Start();
        while (reference.NextWatched() is var (value, tensor))
        {
            var slot = slots.OfReference[value];
            if ((early.Remove(slot, out var known) ? known : GoOnTo(slot)) is not { } twin) continue;
            if (tensor.Shape != twin.Shape) throw ComparisonException.ShapesDiffer(value, tensor.Shape, twin.Shape);
            // Masks saturate in integers, and nobody hears of it.
            sums[slot] = ignored.TryGetValue(value, out var rows)
                ? SignalComparison.Of(rows.Raised(tensor.Floats, tensor.Shape), rows.Raised(twin.Floats, twin.Shape))
                : SignalComparison.Of(tensor.Floats, twin.Floats);
        }
        return sums;

        Tensor? GoOnTo(int wanted)
        {
            while (other.NextWatched() is var (value, tensor))
            {
                var slot = slots.OfOther[value];
                if (slot == wanted) return tensor;
                early[slot] = tensor.Clone();
            }
            return null;
        }
    }

    /// <summary>The number of the pair to which a value of either model belongs.</summary>
    sealed record PairSlots(IReadOnlyDictionary<Value, int> OfReference, IReadOnlyDictionary<Value, int> OfOther);
}

/// <summary>Two models cannot be compared, since one was not made from the other.</summary>
public sealed class ComparisonException(string message) : OctetException(message)
{
    internal static ComparisonException NothingInCommon(Graph one, Graph other) => new(
        $"The models have no float32 value in common, and values are matched by their names: one gives {Names(one)}, the other {Names(other)}. Was one made from the other?");

    internal static ComparisonException ShapesDiffer(Value value, Shape one, Shape other) => new(
        $"The value '{value.Name}' is {one} in one model and {other} in the other, so that they cannot be compared. Was one made from the other?");

    static string Names(Graph graph) => string.Join(", ", graph.Outputs.Select(output => $"'{output.Name}'"));
}

/// <summary>What a comparison found.</summary>
/// <param name="Layers">Every value inside that both models have, in the order of the float graph.</param>
/// <param name="Outputs">The models' outputs.</param>
public sealed record ComparisonResult(IReadOnlyList<LayerFigures> Layers, IReadOnlyList<LayerFigures> Outputs);

/// <summary>How far one value of the other model is from the float model's.</summary>
/// <param name="Name">The value's name in the float model.</param>
/// <param name="Operator">The operator that makes it.</param>
/// <param name="Comparison">The figures over all samples.</param>
public sealed record LayerFigures(string Name, string Operator, SignalComparison Comparison)
{
    public double SqnrDb => Comparison.SqnrDb;

    public double Cosine => Comparison.Cosine;
}
