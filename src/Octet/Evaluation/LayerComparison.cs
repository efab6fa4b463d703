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
    /// <summary>Runs both graphs on the same samples and compares the float32 values that have the same name.</summary>
    /// <param name="reference">The float graph, prepared as the other one was.</param>
    /// <param name="other">The quantized graph: simulated, exported, or any with the same names.</param>
    /// <param name="samples">What to run.</param>
    /// <param name="options">Threads and progress.</param>
    /// <param name="cancel">Ends the run between samples.</param>
    /// <exception cref="ComparisonException">The graphs have no value in common, or none that has the same shape in both.</exception>
    public static ComparisonResult Compare(
        Graph reference, Graph other, ISampleSource samples, SampleRunOptions? options = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(other);
        ArgumentNullException.ThrowIfNull(samples);
        options ??= new();
        var pairs = Pair(reference, other);
        if (pairs.Length == 0) throw ComparisonException.NothingInCommon(reference, other);
        var first = options.Open(reference, pairs.Select(pair => pair.Reference));
        var second = options.Open(other, pairs.Select(pair => pair.Other));
        var slots = new PairSlots(
            pairs.Index().ToDictionary(entry => entry.Item.Reference, entry => entry.Index),
            pairs.Index().ToDictionary(entry => entry.Item.Other, entry => entry.Index));

        var ignored = IgnoredElements.In(reference);

        // Kept for each sample and added up in their order at the end, so that the figures do not depend on threads.
        var sums = new SignalComparison?[samples.Count][];
        var differences = new ComparisonException?[samples.Count][];
        SampleRun.ForEach(samples, "compare", options, (_, index, sample) =>
        {
            (sums[index], differences[index]) = CompareSample(first.Watch(sample.Inputs), second.Watch(sample.Inputs), slots, ignored);
        }, cancel);
        var (run, unlikeOf) =
            (sums.Where(sample => sample is not null).ToArray(), differences.Where(sample => sample is not null).ToArray());
        // What depends on data, as the number of boxes does, may have another size for some samples, or for all.
        var known = pairs.Index().Where(pair => run.Length == 0 || run.Any(sample => sample[pair.Index] is not null)).ToArray();
        if (known.Length == 0) throw unlikeOf.SelectMany(sample => sample).First(difference => difference is not null)!;

        var layers = known.Select(pair => (pair.Item.Reference, Figures: new LayerFigures(
            pair.Item.Reference.Name, pair.Item.Reference.Producer?.OpType ?? "input",
            run.Select(sample => sample[pair.Index]).OfType<SignalComparison>()
            .Aggregate(default(SignalComparison), (total, next) => total + next)))).ToArray();
        return new(
            [.. layers.Where(layer => !layer.Reference.IsGraphOutput).Select(layer => layer.Figures)],
            [.. layers.Where(layer => layer.Reference.IsGraphOutput).Select(layer => layer.Figures)])
        {
            Unlike =
            [
                .. from pair in pairs.Index()
                   let unlike = unlikeOf.Count(sample => sample[pair.Index] is not null)
                   where unlike > 0
                   select new UnlikeShapes(pair.Item.Reference.Name, unlike, run.Length),
            ],
        };
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
            .Where(value => value.Type is DataType.Float32 && byName.TryGetValue(value.Name, out var twin)
                && twin is { Producer: not null, Type: DataType.Float32 })
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
    /// Runs both models side by side: when the first has made a value, the second goes on until it has made its own. So one value of each
    /// is there at a time, and only those are copied that the second model makes in another order.
    /// </summary>
    static (SignalComparison?[] Sums, ComparisonException?[] Differences) CompareSample(
        IEnumerable<(Value, Tensor)> reference, IEnumerable<(Value, Tensor)> other, PairSlots slots,
        IReadOnlyDictionary<Value, IgnoredElements> ignored)
    {
        var (sums, differences) = (new SignalComparison?[slots.OfOther.Count], new ComparisonException?[slots.OfOther.Count]);
        var early = new Dictionary<int, Tensor>();
        using var others = other.GetEnumerator();
        foreach (var (value, tensor) in reference)
        {
            var slot = slots.OfReference[value];
            if ((early.Remove(slot, out var known) ? known : GoOnTo(slot)) is not { } twin) continue;
            // A mask's values saturate in integers, which has no effect.
            if (tensor.Shape != twin.Shape) differences[slot] = ComparisonException.ShapesDiffer(value, tensor.Shape, twin.Shape);
            else sums[slot] = ignored.TryGetValue(value, out var rows)
                ? SignalComparison.Of(rows.Raised(tensor.Floats, tensor.Shape), rows.Raised(twin.Floats, twin.Shape))
                : SignalComparison.Of(tensor.Floats, twin.Floats);
        }
        return (sums, differences);

        Tensor? GoOnTo(int wanted)
        {
            while (others.MoveNext())
            {
                var (value, tensor) = others.Current;
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
        $"The models have no float32 value in common, and values are matched by their names: one gives {Names(one)}, the "
        + $"other {Names(other)}. Was one made from the other?");

    internal static ComparisonException ShapesDiffer(Value value, Shape one, Shape other) => new(
        $"The value '{value.Name}' is {one} in one model and {other} in the other, so that they cannot be compared. Was one made from "
        + "the other?");

    static string Names(Graph graph) => string.Join(", ", graph.Outputs.Select(output => $"'{output.Name}'"));
}

/// <summary>What a comparison found.</summary>
/// <param name="Layers">Every value inside that both models have, in the order of the float graph.</param>
/// <param name="Outputs">The models' outputs.</param>
public sealed record ComparisonResult(IReadOnlyList<LayerFigures> Layers, IReadOnlyList<LayerFigures> Outputs)
{
    /// <summary>Values that had another shape in the other model for some samples, which are not in the figures, or for all, so that there
    /// are none.</summary>
    public IReadOnlyList<UnlikeShapes> Unlike { get; init; } = [];
}

/// <summary>A value whose shape depends on data.</summary>
/// <param name="Name">The value's name in the float model.</param>
/// <param name="Samples">For how many samples its shape differed between the models.</param>
/// <param name="OfSamples">How many samples were run.</param>
public sealed record UnlikeShapes(string Name, int Samples, int OfSamples)
{
    /// <summary>One sentence: which value it is, and for how many samples the shapes differ.</summary>
    public override string ToString() =>
        $"{Name} has another size in the integer model for {Samples} of {OfSamples} samples, which are not compared";
}

/// <summary>How far one value of the other model is from the float model's.</summary>
/// <param name="Name">The value's name in the float model.</param>
/// <param name="Operator">The operator that makes it.</param>
/// <param name="Comparison">The figures over all samples.</param>
public sealed record LayerFigures(string Name, string Operator, SignalComparison Comparison)
{
    /// <inheritdoc cref="SignalComparison.SqnrDb"/>
    public double SqnrDb => Comparison.SqnrDb;

    /// <inheritdoc cref="SignalComparison.Cosine"/>
    public double Cosine => Comparison.Cosine;
}
