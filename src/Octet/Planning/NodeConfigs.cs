using Octet.Graphs;
using Octet.Operators;

namespace Octet.Planning;

/// <summary>What a recipe says of each node of a graph.</summary>
sealed class NodeConfigs
{
    readonly Recipe _recipe;
    readonly Dictionary<Node, QConfig?> _configs = [];

    /// <exception cref="PlanException">Overrides of the recipe match no node; the message lists all of them.</exception>
    public NodeConfigs(Graph graph, Recipe recipe)
    {
        _recipe = recipe;
        var useless = recipe.Overrides.Where(change => !IsOperatorType(change.Match) && !graph.Nodes.Any(change.Matches))
            .Select(change => change.Match).Distinct().ToArray();
        if (useless.Length > 0) throw PlanException.NothingMatches(useless, graph);

        var layers = graph.Nodes.Where(HasWeights).ToArray();
        var first = recipe.FirstLayer is null ? [] : layers.Where(layer => !Reaches(layer, Before)).ToHashSet();
        var last = recipe.LastLayer is null ? [] : layers.Where(layer => !Reaches(layer, After)).ToHashSet();
        foreach (var node in graph.Nodes)
        {
            // An activation that the device joins to a layer belongs to that layer.
            var joined = node.InputOrNull(0) is { } input && recipe.Target.Joins(input) ? input.Producer : null;
            var config = joined is null ? recipe.Config : _configs[joined];
            if (first.Contains(node)) config = recipe.FirstLayer!.ApplyTo(config, recipe.Config);
            if (last.Contains(node)) config = recipe.LastLayer!.ApplyTo(config, recipe.Config);
            _configs[node] = recipe.Overrides.Where(change => change.Matches(node))
                .Aggregate(config, (changed, change) => change.Change.ApplyTo(changed, recipe.Config));
        }
    }

    /// <summary>Null if the node stays in floats.</summary>
    public QConfig? this[Node node] => _configs[node];

    /// <summary>A value is as the node that makes it; what stays in floats there, or comes from outside, is as the first node that reads it
    /// as integers.</summary>
    public QConfig Of(Value value) =>
        (value.Producer is { } producer ? _configs[producer] : null)
        ?? value.Consumers.Select(reader => _configs[reader]).FirstOrDefault(config => config is not null) ?? _recipe.Config;

    /// <summary>Recipes may change operators that only some models have.</summary>
    static bool IsOperatorType(string word) => OperatorTable.Rows.Any(row => row.OpType == word);

    static bool HasWeights(Node node) => node.Operator.Weights is { } facts && node.InputOrNull(facts.WeightInput)?.Constant is not null;

    static IEnumerable<Node> Before(Node node) => node.Inputs.Select(input => input?.Producer).OfType<Node>();

    static IEnumerable<Node> After(Node node) => node.Outputs.OfType<Value>().SelectMany(output => output.Consumers);

    /// <summary>Whether another layer lies in that direction.</summary>
    static bool Reaches(Node layer, Func<Node, IEnumerable<Node>> next)
    {
        var (seen, open) = (new HashSet<Node>(), new Stack<Node>(next(layer)));
        while (open.TryPop(out var node))
        {
            if (HasWeights(node)) return true;
            if (!seen.Add(node)) continue;
            foreach (var other in next(node)) open.Push(other);
        }
        return false;
    }
}
