using Octet.Calibration;
using Octet.Evaluation;
using Octet.Graphs;
using Octet.Kernels;
using Octet.Numerics;
using Octet.Operators;
using Octet.Pipeline;
using Octet.Planning;

namespace Octet.Reporting;

/// <summary>What a page about a quantization draws and a text has no room for: every node, the distribution of each calibrated value, the
/// extremes of each channel of each weight.</summary>
public sealed record RunDetails
{
    /// <summary>The nodes of the float model, in the order in which they run.</summary>
    public IReadOnlyList<NodeDetails> Nodes { get; init; } = [];

    /// <summary>The values of which calibration kept a histogram, in the order of the graph; empty where the recipe needs none.</summary>
    public IReadOnlyList<ValueDetails> Values { get; init; } = [];

    /// <summary>The weights that became integers, in the order of the plan.</summary>
    public IReadOnlyList<WeightDetails> Weights { get; init; } = [];

    /// <param name="result">The integer model, and what calibration saw.</param>
    /// <param name="comparison">The noise of each value; null where none was measured.</param>
    /// <param name="layers">Those whose noise alone was measured.</param>
    internal static RunDetails Of(QuantizationResult result, ComparisonResult? comparison = null, IReadOnlyList<LayerReport>? layers = null)
    {
        var model = result.Model;
        var integers = model.Plan.Groups.SelectMany(group => group.Values).DistinctBy(value => value.Name)
            .ToDictionary(value => value.Name, value => model.ActivationOf(value)!);
        // What an activation that is joined to a layer reads is rounded behind the activation.
        var rounded = model.Plan.Graph.Values.Where(model.Plan.Target.Joins).DistinctBy(value => value.Name)
            .ToDictionary(value => value.Name, value => model.ActivationOf(value.Consumers[0].Output));
        var figures = (comparison is null ? [] : comparison.Layers.Concat(comparison.Outputs)).DistinctBy(layer => layer.Name)
            .ToDictionary(layer => layer.Name);
        var alone = (layers ?? []).ToLookup(layer => layer.Name, layer => layer.LocalSqnrDb);
        return new()
        {
            Nodes = [.. from node in result.Reference.Nodes
                        where node.Outputs.OfType<Value>().Any()
                        let name = node.Outputs.OfType<Value>().First().Name
                        select NodeDetails.Of(node, name, figures.GetValueOrDefault(name),
                            integers.GetValueOrDefault(name) ?? rounded.GetValueOrDefault(name)) with
                        {
                            LocalSqnrDb = alone[name].FirstOrDefault(),
                        }],
            Values = [.. from value in result.Reference.Values
                         where result.Histograms.ContainsKey(value.Name) && integers.ContainsKey(value.Name)
                         select ValueDetails.Of(value.Name, result.Histograms[value.Name], integers[value.Name])],
            Weights = [.. model.Plan.Weights.Select(WeightDetails.Of)],
        };
    }

    /// <summary>Four digits are more than a drawing shows.</summary>
    internal static double Short(double value) =>
        double.IsFinite(value) ? double.Parse(value.ToString("G4", Invariant), Invariant) : value;

    static System.Globalization.CultureInfo Invariant => System.Globalization.CultureInfo.InvariantCulture;
}

/// <summary>One node of the network.</summary>
/// <param name="Name">The first value that it makes.</param>
/// <param name="Node">The node's own name; empty where it has none.</param>
/// <param name="Operator">Its operator.</param>
/// <param name="Bits">Bits of the integers that the value becomes, where an activation is joined to the node behind that; null where it
/// stays in floats.</param>
public sealed record NodeDetails(string Name, string Node, string Operator, int? Bits)
{
    /// <summary>Whether the value was compared with the float model's.</summary>
    public bool IsCompared { get; init; }

    /// <summary>The signal to quantization noise ratio of the value, in decibels; infinite where there is no noise.</summary>
    public double SqnrDb { get; init; }

    /// <inheritdoc cref="LayerReport.LocalSqnrDb"/>
    public double? LocalSqnrDb { get; init; }

    /// <summary>The cosine between the value and the float model's; 1 is the same direction.</summary>
    public double Cosine { get; init; }

    /// <summary>Whether the node multiplies by weights.</summary>
    public bool HasWeights { get; init; }

    internal static NodeDetails Of(Node node, string name, LayerFigures? figures, QuantizationParameters? integers) =>
        new(name, node.Name ?? "", node.OpType, integers?.Spec.Bits)
        {
            IsCompared = figures is not null,
            SqnrDb = figures?.SqnrDb ?? 0,
            Cosine = figures?.Cosine ?? 0,
            HasWeights = node.Operator.Weights is not null,
        };
}

/// <summary>The distribution of a value over the calibration samples, and the range that its integers represent.</summary>
/// <param name="Name">The value.</param>
/// <param name="Integers">The kind of integers, in words.</param>
/// <param name="Low">The least number that the integers represent.</param>
/// <param name="High">The greatest.</param>
/// <param name="SeenLow">The least number that was seen.</param>
/// <param name="SeenHigh">The greatest.</param>
public sealed record ValueDetails(string Name, string Integers, double Low, double High, double SeenLow, double SeenHigh)
{
    /// <summary>Where the first bin of <see cref="Counts"/> begins.</summary>
    public double Start { get; init; }

    /// <summary>The width of a bin.</summary>
    public double BinWidth { get; init; }

    /// <summary>How many numbers lie in each bin; exact zeros are in none. Bins without any at both ends are left out.</summary>
    public IReadOnlyList<long> Counts { get; init; } = [];

    /// <summary>How many numbers were exactly zero.</summary>
    public long Zeros { get; init; }

    internal static ValueDetails Of(string name, Histogram seen, QuantizationParameters integers)
    {
        var (first, last) = (-seen.Bins, seen.Bins - 1);
        while (first < last && seen[first] == 0) first++;
        while (last > first && seen[last] == 0) last--;
        var range = integers.RangeOf(0);
        return new(name, integers.Spec.ToString(), RunDetails.Short(range.Low), RunDetails.Short(range.High),
            RunDetails.Short(seen.Range.Low), RunDetails.Short(seen.Range.High))
        {
            Start = first * seen.BinWidth,
            BinWidth = seen.BinWidth,
            Counts = seen.Counts[(seen.Bins + first)..(seen.Bins + last + 1)].ToArray(),
            Zeros = seen.Zeros,
        };
    }
}

/// <summary>The extremes of a weight, channel by channel.</summary>
/// <param name="Name">The constant.</param>
/// <param name="Node">The node that multiplies by it.</param>
/// <param name="Integers">The kind of integers, in words.</param>
/// <param name="Channels">The number of output channels, whether each has a scale or all have one; 1 where the operator has
/// none.</param>
public sealed record WeightDetails(string Name, string Node, string Integers, int Channels)
{
    /// <summary>Of more channels neighbours are drawn together.</summary>
    const int MaxDrawn = 256;

    /// <summary>The least weight of each channel, or of each few neighbours.</summary>
    public IReadOnlyList<double> Lows { get; init; } = [];

    /// <summary>The greatest weight of each.</summary>
    public IReadOnlyList<double> Highs { get; init; } = [];

    /// <summary>Where output channels lie: where scales do, or would if the tensor had more than one.</summary>
    static int? AxisOf(PlannedWeight weight) => weight.Axis
        ?? (weight.Node.Operator.Weights is { OutputChannelAxis: >= 0 and var axis } && axis < weight.Weight.Constant!.Shape.Rank
            ? axis : null);

    internal static WeightDetails Of(PlannedWeight weight)
    {
        var elements = weight.Weight.Constant!;
        var channels = MinMax.OfChannels(elements.Floats, ChannelLayout.Of(elements.Shape, AxisOf(weight)));
        var ranges = new ValueRange[Math.Min(channels.Length, MaxDrawn)];
        Array.Fill(ranges, ValueRange.Nothing);
        foreach (var (index, channel) in channels.Index())
        {
            ref var range = ref ranges[(long)index * ranges.Length / channels.Length];
            range = range.Union(channel);
        }
        return new(weight.Weight.Name, weight.Node.Label, weight.Spec.ToString(), channels.Length)
        {
            Lows = [.. ranges.Select(range => RunDetails.Short(range.Low))],
            Highs = [.. ranges.Select(range => RunDetails.Short(range.High))],
        };
    }
}
