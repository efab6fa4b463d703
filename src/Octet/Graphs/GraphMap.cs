namespace Octet.Graphs;

/// <summary>Where the values and nodes of a graph are in a copy of it.</summary>
public sealed class GraphMap
{
    readonly Dictionary<Value, Value> _values = [];
    readonly Dictionary<Node, Node> _nodes = [];

    internal GraphMap(Graph copy) => Graph = copy;

    /// <summary>The copy.</summary>
    public Graph Graph { get; }

    /// <summary>The value's copy.</summary>
    /// <exception cref="KeyNotFoundException">The value does not belong to the graph itself: it is of another graph, or of a body of If,
    /// Loop or Scan.</exception>
    public Value this[Value original] => _values[original];

    /// <summary>The node's copy.</summary>
    /// <exception cref="KeyNotFoundException">The node does not belong to the graph itself.</exception>
    public Node this[Node original] => _nodes[original];

    /// <summary>The values that were copied.</summary>
    public IEnumerable<Value> Originals => _values.Keys;

    /// <summary>Whether the value is one of the graph that was copied.</summary>
    public bool Has(Value original) => _values.ContainsKey(original);

    internal void Add(Value original, Value copy) => _values.Add(original, copy);

    internal void Add(Node original, Node copy) => _nodes.Add(original, copy);
}
