using Octet.Operators;
using Octet.Tensors;

namespace Octet.Graphs;

/// <summary>
/// A network: nodes in an order in which they can run, and the values between them. Every stage of Octet rewrites one, and one executor
/// runs it.
/// </summary>
/// <remarks>Changing a graph keeps producers and consumers right by itself; <see cref="GraphCheck"/> proves it after each pass. Not for
/// several threads at once.</remarks>
public sealed partial class Graph : ISubgraph
{
    readonly List<Value> _inputs = [];
    readonly List<Value> _outputs = [];
    readonly List<Value> _constants = [];
    readonly List<Value> _captured = [];
    readonly Dictionary<Value, List<Value>> _capturedByOuter = [];
    readonly TakenNames _takenNames = new();
    readonly TakenNames _takenNodeNames = new();

    /// <summary>The name in the file; may be empty.</summary>
    public string Name { get; set; } = "";

    /// <summary>Free text for people, as the file holds it.</summary>
    public string DocString { get; set; } = "";

    /// <summary>Free text by key, as the file holds it.</summary>
    public Dictionary<string, string> Metadata { get; init; } = [];

    /// <summary>What the file says and Octet does not interpret, encoded as the format's message for a graph, so that writing loses
    /// nothing.</summary>
    public byte[]? Foreign { get; set; }

    /// <summary>The version of each operator set in use; the key is the domain, empty for ONNX's own.</summary>
    public Dictionary<string, int> Opsets { get; init; } = [];

    /// <summary>The version of ONNX's own operators.</summary>
    public int Opset => Opsets.GetValueOrDefault("", 1);

    /// <summary>What a caller has to give, in the order of the file; constants are not among them.</summary>
    public IReadOnlyList<Value> Inputs => _inputs;

    /// <summary>What a run gives, in the order of the file. One value may be there twice.</summary>
    public IReadOnlyList<Value> Outputs => _outputs;

    /// <summary>Weights and other constants (initializers), used or not.</summary>
    public IReadOnlyList<Value> Constants => _constants;

    /// <summary>In a subgraph: the values of the surrounding graph that it reads.</summary>
    public IReadOnlyList<Value> Captured => _captured;

    /// <summary>Every value: inputs, constants, captured ones, and what nodes make.</summary>
    public IEnumerable<Value> Values =>
        _inputs.Concat(_constants).Concat(_captured).Concat(Nodes.SelectMany(node => node.Outputs).OfType<Value>());

    /// <summary>The value of that name, or null.</summary>
    public Value? FindValue(string name) => Values.FirstOrDefault(value => value.Name == name);

    /// <summary>Adds an input behind the others.</summary>
    /// <param name="name">Not taken by another value; <see cref="UniqueName"/> gives one.</param>
    /// <param name="type">Element type.</param>
    /// <param name="shape">Declared shape; null where nothing is known.</param>
    public Value AddInput(string name, DataType type, SymbolicShape? shape)
    {
        ArgumentNullException.ThrowIfNull(name);
        var value = new Value(this, name) { Type = type, Shape = shape, IsDeclared = true, IsGraphInput = true };
        _inputs.Add(value);
        return value;
    }

    /// <summary>Adds a constant (initializer).</summary>
    /// <param name="name">Not taken by another value; <see cref="UniqueName"/> gives one.</param>
    /// <param name="elements">Kept, not copied.</param>
    public Value AddConstant(string name, Tensor elements)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(elements);
        var value = new Value(this, name) { Type = elements.Type, Shape = SymbolicShape.From(elements.Shape), Constant = elements };
        _constants.Add(value);
        return value;
    }

    /// <summary>In a subgraph: a value that represents one of the surrounding graph.</summary>
    internal Value AddCaptured(Value outer)
    {
        if (_capturedByOuter.TryGetValue(outer, out var known)) return known[0];
        var value = new Value(this, outer.Name) { Type = outer.Type, Shape = outer.Shape, CapturedFrom = outer };
        _captured.Add(value);
        _capturedByOuter.Add(outer, [value]);
        return value;
    }

    /// <summary>In a subgraph: moves the captures of one outer value to another.</summary>
    internal void Recapture(Value from, Value to)
    {
        if (!_capturedByOuter.Remove(from, out var moved)) return;
        foreach (var captured in moved) captured.CapturedFrom = to;
        if (!_capturedByOuter.TryAdd(to, moved)) _capturedByOuter[to].AddRange(moved);
    }

    /// <summary>Makes a value of this graph an output, behind the others.</summary>
    public void AddOutput(Value value)
    {
        ArgumentNullException.ThrowIfNull(value);
        _outputs.Add(value);
        value.OutputUses++;
    }

    /// <summary>Lets the graph give these values, in this order, and no others.</summary>
    internal void SetOutputs(IEnumerable<Value> outputs)
    {
        foreach (var output in _outputs) output.OutputUses--;
        _outputs.Clear();
        foreach (var output in outputs) AddOutput(output);
    }

    /// <summary>Removes inputs that are not read and are no outputs.</summary>
    internal void RemoveUnreadInputs() => _inputs.RemoveAll(input => input.Consumers.Count == 0 && !input.IsGraphOutput);

    /// <summary>Lets a constant of the same name stand for an input, everywhere.</summary>
    internal Value FixInput(Value input, Tensor elements)
    {
        var constant = AddConstant(UniqueName(input.Name), elements);
        ReplaceUses(input, constant);
        _inputs.Remove(input);
        constant.Name = input.Name;
        return constant;
    }

    /// <summary>A value that no node makes yet; hand it to a new node as an output.</summary>
    public Value NewValue(string name) => new(this, name);

    /// <summary>Removes a constant that is not read.</summary>
    public void RemoveConstant(Value constant) => _constants.Remove(constant);

    /// <summary>Removes all constants that are not read and are no outputs.</summary>
    /// <returns>How many those were.</returns>
    internal int RemoveUnreadConstants() => _constants.RemoveAll(constant => constant.Consumers.Count == 0 && !constant.IsGraphOutput);

    /// <summary>Lets everyone who reads <paramref name="from"/> read <paramref name="to"/>; graph outputs and subgraphs too.</summary>
    public void ReplaceUses(Value from, Value to)
    {
        ReplaceConsumers(from, to, _ => true);
        ReplaceOutput(from, to);
    }

    /// <summary>Lets the chosen readers of <paramref name="from"/> read <paramref name="to"/>.</summary>
    public static void ReplaceConsumers(Value from, Value to, Func<Node, bool> choose)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(choose);
        foreach (var consumer in from.Consumers.Distinct().Where(choose).ToArray())
        {
            for (var i = 0; i < consumer.Inputs.Count; i++)
            {
                if (consumer.Inputs[i] == from) consumer.SetInput(i, to);
            }
            consumer.ReplaceCapture(from, to);
        }
    }

    /// <summary>Lets the graph give <paramref name="to"/> where it gave <paramref name="from"/>.</summary>
    public void ReplaceOutput(Value from, Value to)
    {
        for (var i = 0; i < _outputs.Count && from.OutputUses > 0; i++)
        {
            if (_outputs[i] != from) continue;
            _outputs[i] = to;
            from.OutputUses--;
            to.OutputUses++;
        }
    }

    /// <summary>
    /// A name that no value ever had, here or in a body, and that was not given out before: <paramref name="wish"/> itself, shortened in
    /// its middle where it is very long, or with a number behind it.
    /// </summary>
    public string UniqueName(string wish) => _takenNames.Unique(wish);

    /// <summary>The same for nodes, whose names may be those of values but not those of other nodes.</summary>
    public string UniqueNodeName(string wish) => _takenNodeNames.Unique(wish);

    internal void TakeName(string name) => _takenNames.Add(name);

    /// <summary>A copy that shares only the elements of constants, and where values and nodes are in it.</summary>
    public Graph Clone(out GraphMap copies) => (copies = GraphCopy.Of(this)).Graph;

    /// <summary>A copy that shares only the elements of constants.</summary>
    public Graph Clone() => Clone(out _);

    /// <summary>All nodes with their values, one a line: <see cref="GraphText"/>.</summary>
    public override string ToString() => GraphText.Write(this);
}
