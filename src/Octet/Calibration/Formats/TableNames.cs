using Octet.Graphs;

namespace Octet.Calibration.Formats;

/// <summary>Translates between the names in a model and those in a table file.</summary>
/// <remarks>
/// Reading does not ask which format a table came from: a value's own name counts first, then <c>name_Operator</c>, and layers go by their
/// node's name or by that of what they make. Several names of one value agree on the widest range.
/// </remarks>
sealed class TableNames
{
    readonly Dictionary<string, Value> _values;
    readonly Dictionary<string, Node> _layers = [];
    readonly HashSet<string> _unknown = [];

    TableNames(Graph graph)
    {
        _values = graph.Values.GroupBy(value => value.Name).ToDictionary(group => group.Key, group => group.First());
        foreach (var node in graph.Nodes.Where(node => node.Outputs is [not null, ..]))
        {
            foreach (var name in (string[])[node.Name, node.Output.Name, $"{node.Output.Name}_{node.OpType}"])
            {
                if (name.Length > 0) _layers.TryAdd(name, node);
            }
        }
    }

    /// <summary>The table with the names that the model gives its values.</summary>
    /// <param name="table">As it was read.</param>
    /// <param name="graph">The prepared graph.</param>
    /// <param name="unknown">Receives the names that the model has not, in the order of the table.</param>
    public static CalibrationTable ToModel(CalibrationTable table, Graph graph, out IReadOnlyList<string> unknown)
    {
        var names = new TableNames(graph);
        var thresholds = table.Thresholds.Select(entry => (names.ValueOf(entry.Key)?.Name, entry.Value))
            .Concat(table.InputThresholds.Select(entry => (names.LayerOf(entry.Key)?.Inputs[0]?.Name, entry.Value)));
        var translated = table with
        {
            Ranges = Joined(table.Ranges.Select(entry => (names.ValueOf(entry.Key)?.Name, entry.Value)), (one, other) => one.Union(other)),
            Thresholds = Joined(thresholds, Math.Max),
            InputThresholds = new Dictionary<string, float>(),
            Int4Thresholds = Joined(table.Int4Thresholds.Select(entry => (names.ValueOf(entry.Key)?.Name, entry.Value)), Math.Max),
            WeightScales = Joined(table.WeightScales.Select(entry => (names.WeightOf(entry.Key)?.Name, entry.Value)), (one, _) => one),
            AsymmetricValues = [.. table.AsymmetricValues.Select(name => names.ValueOf(name)?.Name).OfType<string>()],
        };
        unknown = [.. names._unknown];
        return translated;
    }

    /// <summary>The table with the names that a file format gives values.</summary>
    /// <param name="table">With the model's names.</param>
    /// <param name="graph">The prepared graph.</param>
    /// <param name="naming">How the format names values.</param>
    public static CalibrationTable ToFile(CalibrationTable table, Graph graph, TableNaming naming)
    {
        if (naming == TableNaming.Values) return table;
        var names = new TableNames(graph);
        return naming == TableNaming.Layers ? ByLayer(table, graph) : names.ByOperator(table);
    }

    CalibrationTable ByOperator(CalibrationTable table) => table with
    {
        Ranges = table.Ranges.ToDictionary(entry => WithOperator(entry.Key), entry => entry.Value),
        Thresholds = table.Thresholds.ToDictionary(entry => WithOperator(entry.Key), entry => entry.Value),
        Int4Thresholds = table.Int4Thresholds.ToDictionary(entry => WithOperator(entry.Key), entry => entry.Value),
        AsymmetricValues = [.. table.AsymmetricValues.Select(WithOperator)],
        // Only training gives tpu-mlir scales of weights; it finds its own.
        WeightScales = new Dictionary<string, IReadOnlyList<float>>(),
    };

    string WithOperator(string name) => _values.GetValueOrDefault(name)?.Producer is { } producer ? $"{name}_{producer.OpType}" : name;

    static CalibrationTable ByLayer(CalibrationTable table, Graph graph)
    {
        var (inputs, weights) = (new Dictionary<string, float>(), new Dictionary<string, IReadOnlyList<float>>());
        foreach (var node in graph.Nodes.Where(node => node.Operator.Weights is not null))
        {
            var name = node.Name.Length > 0 ? node.Name : node.Output.Name;
            if (node.InputOrNull(node.Operator.Weights!.WeightInput) is { } weight
                    && table.WeightScales.TryGetValue(weight.Name, out var scales)) weights[name] = scales;
            if (node.Inputs[0] is not { } input) continue;
            if (table.Thresholds.TryGetValue(input.Name, out var threshold)) inputs[name] = threshold;
            else if (table.Ranges.TryGetValue(input.Name, out var range)) inputs[name] = range.Magnitude;
        }
        return table with { InputThresholds = inputs, WeightScales = weights };
    }

    Value? ValueOf(string name)
    {
        if (_values.TryGetValue(name, out var value)) return value;
        var end = name.LastIndexOf('_');
        if (end > 0 && end + 1 < name.Length && char.IsAsciiLetterUpper(name[end + 1]) && _values.TryGetValue(name[..end], out value))
            return value;
        _unknown.Add(name);
        return null;
    }

    Node? LayerOf(string name)
    {
        if (_layers.TryGetValue(name, out var node)) return node;
        _unknown.Add(name);
        return null;
    }

    /// <summary>A weight by its own name, or by that of its layer.</summary>
    Value? WeightOf(string name)
    {
        if (_values.TryGetValue(name, out var value) && value.Constant is not null) return value;
        return LayerOf(name) is { Operator.Weights: { } facts } node ? node.InputOrNull(facts.WeightInput) : null;
    }

    static Dictionary<string, T> Joined<T>(IEnumerable<(string? Name, T Value)> entries, Func<T, T, T> join)
    {
        var joined = new Dictionary<string, T>();
        foreach (var (name, value) in entries)
        {
            if (name is not null) joined[name] = joined.TryGetValue(name, out var other) ? join(other, value) : value;
        }
        return joined;
    }
}
