using Octet.Operators;

namespace Octet.Graphs;

/// <summary>One operator at its place in a graph, with the values that it reads and makes.</summary>
public sealed partial class Node
{
    readonly List<Value?> _inputs = [];
    readonly List<Value?> _outputs = [];
    readonly CountedList<Value> _captures = new();
    HashSet<Value>? _captured;

    internal Node(Graph graph, string name, Operator @operator, Attributes attributes, string domain)
    {
        Graph = graph;
        Name = name;
        Operator = @operator;
        Attributes = attributes;
        Domain = domain;
    }

    /// <summary>The graph that the node is part of; a body of Loop or If is a graph of its own.</summary>
    public Graph Graph { get; }

    /// <summary>The node before this one in the graph; null for the first.</summary>
    internal Node? Previous { get; set; }

    /// <summary>The node behind this one in the graph; null for the last.</summary>
    internal Node? Following { get; set; }

    /// <summary>May be empty in the file; <see cref="Label"/> always says something.</summary>
    public string Name { get; set; }

    /// <summary>What the node computes; its facts tell passes and plans what they may do.</summary>
    public Operator Operator { get; }

    /// <summary>The attributes that <see cref="Operator"/> was created from, and those that it does not read.</summary>
    public Attributes Attributes { get; }

    /// <summary>Empty for ONNX's own operators.</summary>
    public string Domain { get; }

    /// <summary>The operator's name in ONNX, for instance <c>Conv</c>.</summary>
    public string OpType => Operator.OpType;

    /// <summary>The values read, in the operator's order; null where an optional input is left out.</summary>
    public IReadOnlyList<Value?> Inputs => _inputs;

    /// <summary>The values made, in the operator's order; null where an optional output is left out.</summary>
    public IReadOnlyList<Value?> Outputs => _outputs;

    /// <summary>Values of this graph that the node's subgraphs read by name.</summary>
    public IReadOnlyList<Value> Captures => _captures;

    /// <summary>The first output, which nearly every operator has.</summary>
    public Value Output => _outputs[0] ?? throw new InvalidOperationException($"Node {Label} has no first output.");

    /// <summary>Free text for people, as the file holds it.</summary>
    public string DocString { get; set; } = "";

    /// <summary>Free text by key, as the file holds it.</summary>
    public Dictionary<string, string> Metadata { get; init; } = [];

    /// <summary>What the file says and Octet does not interpret, encoded as the format's message for a node, so that writing loses
    /// nothing.</summary>
    public byte[]? Foreign { get; set; }

    /// <summary>What messages call this node: its name, or its operator and first output.</summary>
    public string Label => Name.Length > 0 ? Name : $"{OpType} → {_outputs.FirstOrDefault(output => output is not null)?.Name}";

    /// <summary>The input at <paramref name="index"/>, or null if the node leaves it out.</summary>
    public Value? InputOrNull(int index) => index < _inputs.Count ? _inputs[index] : null;

    /// <summary>Reads another value at <paramref name="index"/>; the list grows where needed.</summary>
    public void SetInput(int index, Value? value)
    {
        while (_inputs.Count <= index) _inputs.Add(null);
        _inputs[index]?.RemoveConsumer(this);
        _inputs[index] = value;
        value?.AddConsumer(this);
    }

    internal void SetOutput(int index, Value? value)
    {
        while (_outputs.Count <= index) _outputs.Add(null);
        if (_outputs[index] is { } old && old.Producer == this) old.Producer = null;
        _outputs[index] = value;
        if (value is not null) value.Producer = this;
    }

    /// <summary>Notes that a subgraph of this node reads <paramref name="value"/>.</summary>
    internal void AddCapture(Value value)
    {
        _captured ??= [];
        if (!_captured.Add(value)) return;
        _captures.Add(value);
        value.AddConsumer(this);
    }

    internal void ReplaceCapture(Value from, Value to)
    {
        if (_captured is null || !_captured.Remove(from)) return;
        _captures.Remove(from);
        from.RemoveConsumer(this);
        AddCapture(to);
        foreach (var subgraph in Subgraphs()) subgraph.Recapture(from, to);
    }

    /// <summary>The graphs among the attributes.</summary>
    public IEnumerable<Graph> Subgraphs() => Attributes.SelectMany(attribute => attribute.Value switch
    {
        Graph graph => [graph],
        ISubgraph[] graphs => graphs.Cast<Graph>(),
        _ => [],
    });

    /// <summary>Disconnects all values, when the node is removed from its graph.</summary>
    internal void Disconnect()
    {
        for (var i = 0; i < _inputs.Count; i++) SetInput(i, null);
        for (var i = 0; i < _outputs.Count; i++) SetOutput(i, null);
        foreach (var captured in _captures) captured.RemoveConsumer(this);
        _captures.Clear();
        _captured = null;
    }

    /// <summary>The operator and <see cref="Label"/>.</summary>
    public override string ToString() => $"{OpType} {Label}";
}
