using Octet.Graphs;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Training;

/// <summary>Adds to a graph the nodes that compute gradients: for each node on the way, from the last to the first, its
/// <see cref="BackwardOf"/>.</summary>
/// <remarks>Gradients are ordinary values, so one buffer plan covers both directions.</remarks>
sealed class Differentiation
{
    readonly Graph _graph;
    readonly IReadOnlyDictionary<Value, TensorInfo> _infos;
    readonly HashSet<Value> _dependent;
    readonly Dictionary<Value, List<Value>> _parts = [];

    Differentiation(Graph graph, IReadOnlyDictionary<Value, TensorInfo> infos, IEnumerable<Value> wanted)
    {
        (_graph, _infos, _dependent) = (graph, infos, [.. wanted]);
        foreach (var node in graph.Nodes.Where(
            node => node.Operator.Gradient?.Inputs != 0 && node.Inputs.Any(input => input is not null && _dependent.Contains(input))))
        {
            _dependent.UnionWith(node.Outputs.OfType<Value>()
                .Where(output => infos.TryGetValue(output, out var info) && info.Type.IsFloat));
        }
    }

    /// <param name="graph">The graph to add to; its nodes are in an order in which they can run.</param>
    /// <param name="infos">Type and shape of each value.</param>
    /// <param name="upstream">Values, and the values that hold their gradients.</param>
    /// <param name="wanted">The values whose gradients are wanted.</param>
    /// <returns>The gradients; those of values that nothing depends on are missing.</returns>
    /// <exception cref="MissingGradientException">Names all nodes on the way that have no gradient.</exception>
    public static IReadOnlyDictionary<Value, Value> Apply(
        Graph graph, IReadOnlyDictionary<Value, TensorInfo> infos, IEnumerable<(Value Value, Value Gradient)> upstream,
        IReadOnlyCollection<Value> wanted)
    {
        var pass = new Differentiation(graph, infos, wanted);
        foreach (var (value, gradient) in upstream) pass.AddPart(value, gradient);
        var nodes = graph.Nodes.ToArray();
        MissingGradientException.ThrowIfAny(pass.Problems(nodes));
        foreach (var node in nodes.Reverse()) pass.Reverse(node);
        return wanted.Where(pass._parts.ContainsKey).ToDictionary(value => value, pass.GradientOf);
    }

    /// <summary>The nodes on the way that cannot be differentiated.</summary>
    List<(Node Node, int Input)> Problems(IReadOnlyList<Node> nodes)
    {
        var reached = _parts.Keys.ToHashSet();
        var problems = new List<(Node, int)>();
        foreach (var node in nodes.Reverse().Where(node => node.Outputs.Any(output => output is not null && reached.Contains(output))))
        {
            for (var input = 0; input < node.Inputs.Count; input++)
            {
                if (node.Inputs[input] is not { } value || !_dependent.Contains(value)) continue;
                if (input < (node.Operator.Gradient?.Inputs ?? 0)) reached.Add(value);
                else if (node.Operator.Gradient is not { StopsOthers: true }) problems.Add((node, input));
            }
        }
        return problems;
    }

    void Reverse(Node node)
    {
        var upstream = node.Outputs.Select(output => output is not null && _parts.ContainsKey(output) ? GradientOf(output) : null)
            .ToArray();
        if (upstream.All(gradient => gradient is null) || node.Operator.Gradient is not { } facts) return;
        var wanted = node.Inputs.Index()
            .Select(entry => entry.Index < facts.Inputs && entry.Item is { } value && _dependent.Contains(value)).ToArray();
        if (!wanted.Contains(true)) return;

        var inputs = node.Inputs.Select(
            input => input is not null && (facts.Reads.HasFlag(GradientReads.Inputs) || IsConstant(input)) ? input : null);
        var outputs = node.Outputs.Select(output => facts.Reads.HasFlag(GradientReads.Outputs) ? output : null);
        var gradients = node.Inputs.Select((input, index) => wanted[index] ? NewGradient(input!) : null).ToArray();
        TensorInfo[] infos = [.. node.Inputs.Select(input => input is null ? null! : _infos[input] with { Value = null })];
        _graph.Add(
            new BackwardOf(node.Operator, infos, node.Outputs.Count), [.. inputs, .. outputs, .. upstream], gradients,
            name: $"{node.Label}.backward", domain: FakeQuantize.DomainName);
        for (var i = 0; i < gradients.Length; i++)
        {
            if (gradients[i] is { } gradient) AddPart(node.Inputs[i]!, gradient);
        }
    }

    /// <summary>Shapes, axes and limits are always there for the way back: they cost no memory.</summary>
    bool IsConstant(Value value) => value.Constant is not null || !_infos[value].Type.IsFloat || _infos[value].Value is not null;

    /// <summary>The sum of what all readers of a value give back.</summary>
    Value GradientOf(Value value)
    {
        var parts = _parts[value];
        if (parts.Count == 1) return parts[0];
        var sum = NewGradient(value);
        _graph.Add(new Sum(), [.. parts], [sum], name: sum.Name);
        _parts[value] = [sum];
        return sum;
    }

    void AddPart(Value value, Value gradient)
    {
        if (_parts.TryGetValue(value, out var parts)) parts.Add(gradient);
        else _parts[value] = [gradient];
    }

    Value NewGradient(Value value)
    {
        var gradient = _graph.NewValue(_graph.UniqueName($"{value.Name}.gradient"));
        (gradient.Type, gradient.Shape) = (_infos[value].Type, SymbolicShape.From(_infos[value].Shape));
        return gradient;
    }
}
