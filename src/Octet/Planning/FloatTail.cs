using Octet.Graphs;
using Octet.Operators;

namespace Octet.Planning;

/// <summary>
/// The nodes at the end of a network that stay in floats because its outputs do: from an output back through what only moves data, or
/// brings it to a fixed range, to the layers. An output that joins unlike quantities, such as boxes and scores side by side, is such an
/// output unless the recipe says otherwise: with one scale for both, the larger one leaves few integers to the smaller.
/// </summary>
sealed class FloatTail
{
    readonly HashSet<Node> _nodes = [];
    readonly HashSet<Value> _outputs;
    readonly Target _target;

    FloatTail(Graph graph, Recipe recipe)
    {
        _target = recipe.Target;
        _outputs = [.. graph.Outputs.Where(output => recipe.FloatOutputs || (recipe.FloatUnlikeOutputs && JoinsUnlike(output)))];
        if (_outputs.Count == 0) return;
        foreach (var node in graph.Nodes.Reverse())
        {
            if (HandsOn(node) && node.Outputs.OfType<Value>().All(EndsInFloats)) _nodes.Add(node);
        }
    }

    /// <param name="graph">What is planned.</param>
    /// <param name="recipe">Says which outputs stay in floats.</param>
    public static FloatTail Of(Graph graph, Recipe recipe) => new(graph, recipe);

    /// <summary>Those that stay in floats.</summary>
    public IReadOnlySet<Node> Nodes => _nodes;

    /// <summary>Whether nothing but float outputs comes of a value.</summary>
    public bool EndsInFloats(Value value) =>
        (value.IsGraphOutput ? _outputs.Contains(value) : value.Consumers.Count > 0) && value.Consumers.All(_nodes.Contains);

    /// <summary>For each output that joins unlike quantities: its name, and the names of the values of one kind each that it is made
    /// of.</summary>
    public static IReadOnlyList<OutputParts> PartsOf(Graph graph) =>
        [.. graph.Outputs.Where(output => JoinsUnlike(output))
        .Select(output => new OutputParts(output.Name, [.. LeavesOf(output).Select(leaf => leaf.Name).Distinct()]))];

    /// <summary>Whether values of a fixed range, such as probabilities, lie beside values of any in an output.</summary>
    static bool JoinsUnlike(Value output) => LeavesOf(output).Select(IsBounded).Distinct().Count() > 1;

    static bool IsBounded(Value value) => value.Producer?.Operator.OutputRange.IsFinite == true;

    /// <summary>The values, other than constants, that are moved and put side by side until they are the output.</summary>
    static IEnumerable<Value> LeavesOf(Value output)
    {
        var (seen, open) = (new HashSet<Value>(), new Stack<Value>([output]));
        while (open.TryPop(out var value))
        {
            if (value.Constant is not null || !seen.Add(value)) continue;
            if (value.Producer is { } producer && (producer.Operator.OnlyMovesData || producer.Operator.Joining == Joining.SideBySide))
            {
                foreach (var input in producer.DataInputs) open.Push(input);
            }
            else yield return value;
        }
    }

    /// <summary>Whether a node makes nothing new of its values: it moves them, or computes a function of each that runtimes compute in
    /// floats too.</summary>
    bool HandsOn(Node node) =>
        node.Operator.OnlyMovesData || node.Operator.Joining == Joining.SideBySide
        || _target.RuleOf(node.OpType)?.Role is OperatorRole.MovesData or OperatorRole.FixedRange;
}

/// <summary>The values of one kind each that an output of a model is made of.</summary>
/// <param name="Output">The output's name.</param>
/// <param name="Parts">Their names.</param>
sealed record OutputParts(string Output, IReadOnlyList<string> Parts);
