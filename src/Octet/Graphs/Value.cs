using Octet.Tensors;

namespace Octet.Graphs;

/// <summary>
/// A tensor that flows through a graph: an input, a constant, or an output of a node. It knows who makes it and who reads it.
/// </summary>
public sealed class Value
{
    readonly CountedList<Node> _consumers = new();
    string _name = "";

    internal Value(Graph graph, string name)
    {
        Graph = graph;
        Name = name;
    }

    /// <summary>The graph that this value lives in; a body of Loop or If is a graph of its own.</summary>
    public Graph Graph { get; }

    /// <summary>Unique within the graph; never empty.</summary>
    public string Name
    {
        get => _name;
        set
        {
            _name = value;
            Graph.TakeName(value);
        }
    }

    /// <summary>Element type; undefined where it is not known, or where this is no tensor.</summary>
    public DataType Type { get; set; }

    /// <summary>Null where nothing is known, not even the rank.</summary>
    public SymbolicShape? Shape { get; set; }

    /// <summary>The node that makes this value; null for inputs, constants and captured values.</summary>
    public Node? Producer { get; internal set; }

    /// <summary>The nodes that read this value, once for each time they do; nodes that only capture it in a subgraph are among
    /// them.</summary>
    public IReadOnlyList<Node> Consumers => _consumers;

    /// <summary>The elements, if they are part of the model; null for all other values. They are shared with who gave them, except that a
    /// caller's memory which ends at the end of a page is copied.</summary>
    public Tensor? Constant
    {
        get;
        set => field = value is { HasSpareBytes: false } ? value.Clone() : value;
    }

    /// <summary>Whether it is among <see cref="Graphs.Graph.Inputs"/>.</summary>
    public bool IsGraphInput { get; internal init; }

    /// <summary>Whether it is among <see cref="Graphs.Graph.Outputs"/>.</summary>
    public bool IsGraphOutput => OutputUses > 0;

    /// <summary>How many of the graph's outputs this value is; mostly none or one.</summary>
    internal int OutputUses { get; set; }

    /// <summary>In a subgraph: the value of the surrounding graph that this one represents.</summary>
    public Value? CapturedFrom { get; internal set; }

    /// <summary>The encoded TypeProto of a value that is no tensor (sequence, optional, map), kept so that writing loses nothing.</summary>
    public byte[]? ForeignType { get; set; }

    /// <summary>Old models list constants among the inputs too, so that a caller may override them. Octet treats them as constants and
    /// lists them again when it writes.</summary>
    public bool IsListedAsInput { get; set; }

    /// <summary>Whether the model itself declares type and shape (value_info), rather than inference having found them.</summary>
    public bool IsDeclared { get; set; }

    /// <summary>Free text for people, as the file holds it.</summary>
    public string DocString { get; set; } = "";

    /// <summary>Free text by key, as the file holds it.</summary>
    public Dictionary<string, string> Metadata { get; init; } = [];

    /// <summary>What the file says and Octet does not interpret, encoded as the format's message for a value, so that writing loses
    /// nothing.</summary>
    public byte[]? Foreign { get; set; }

    /// <summary>Whether the operators that make the value, a few steps back, or its elements say that none of them is negative.</summary>
    internal bool IsNeverNegative(int steps = 16)
    {
        if (Constant is { Type: DataType.Float32 } constant)
            return !constant.Floats.ContainsAnyInRange(float.NegativeInfinity, -float.Epsilon);
        if (Producer is not { Operator: var op } producer || steps == 0) return false;
        return op.OutputRange.Low >= 0 || producer.Limits is { Low: >= 0 }
            || (op.KeepsNonNegative && producer.DataInputs.All(input => input.IsNeverNegative(steps - 1)));
    }

    internal void AddConsumer(Node node) => _consumers.Add(node);

    internal void RemoveConsumer(Node node) => _consumers.Remove(node);

    /// <summary><c>logits: float32 [N, 1000]</c>.</summary>
    public override string ToString() =>
        Type == DataType.Undefined ? Name : $"{Name}: {Type.DisplayName} {Shape?.ToString() ?? "[...]"}";
}
