using Octet.Operators;
using Octet.Tensors;

namespace Octet.Graphs;

/// <summary>
/// A network: nodes in an order in which they can run, and the values between them. Every stage of Octet rewrites one, and one executor
/// runs it.
/// </summary>
/// <remarks>Changing a graph keeps producers and consumers right by itself; <see cref="GraphCheck"/> proves it after each pass. Not for
/// several threads at once.</remarks>
public sealed class Graph : ISubgraph
{
    Node? _first;
    Node? _last;

    /// <summary>The nodes as a list, made on demand.</summary>
    Node[]? _nodes;

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

    /// <summary>In an order in which they can run: producers before consumers.</summary>
    public IReadOnlyList<Node> Nodes => _nodes ??= [.. Linked()];

    /// <summary>Every value: inputs, constants, captured ones, and what nodes make.</summary>
    public IEnumerable<Value> Values =>
        _inputs.Concat(_constants).Concat(_captured).Concat(Nodes.SelectMany(node => node.Outputs).OfType<Value>());

    /// <summary>The nodes of one operator, as they are now: the list does not change while a pass removes some.</summary>
    internal IReadOnlyList<Node> Find<TOperator>() where TOperator : Operator => [.. Nodes.Where(node => node.Operator is TOperator)];

    /// <summary>The nodes with constant float32 weights, in their order.</summary>
    public IEnumerable<Node> Layers() => Nodes.Where(node => node.IsLayer);

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

    /// <summary>Adds a node that makes given values.</summary>
    /// <param name="op">What it computes.</param>
    /// <param name="inputs">Values of this graph; null leaves an optional input out.</param>
    /// <param name="outputs">Values that no other node makes; null leaves an optional output out.</param>
    /// <param name="attributes">The attributes that <paramref name="op"/> was made from.</param>
    /// <param name="name">The node's name.</param>
    /// <param name="domain">Empty for ONNX's own operators.</param>
    /// <param name="before">The node to stand before; null adds at the end.</param>
    internal Node Add(
        Operator op, IEnumerable<Value?> inputs, IEnumerable<Value?> outputs, Attributes? attributes = null,
        string name = "", string domain = "", Node? before = null)
    {
        ArgumentNullException.ThrowIfNull(op);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(outputs);
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(domain);
        var node = new Node(this, name, op, attributes ?? [], domain);
        foreach (var (index, input) in inputs.Index()) node.SetInput(index, input);
        foreach (var (index, output) in outputs.Index()) node.SetOutput(index, output);
        foreach (var subgraph in node.Subgraphs())
        {
            // A body inside a body may read a value of a graph further out; it is then captured here too.
            foreach (var captured in subgraph.Captured.Where(captured => captured.CapturedFrom!.Graph == this))
                node.AddCapture(captured.CapturedFrom!);
            // A new value out here must not hide behind one of the same name in there.
            _takenNames.Add(subgraph._takenNames);
            _takenNodeNames.Add(subgraph._takenNodeNames);
        }
        _takenNodeNames.Add(name);
        Link(node, before);
        return node;
    }

    void Link(Node node, Node? before)
    {
        var previous = before is null ? _last : before.Previous;
        (node.Previous, node.Following) = (previous, before);
        if (previous is null) _first = node;
        else previous.Following = node;
        if (before is null) _last = node;
        else before.Previous = node;
        _nodes = null;
    }

    void Unlink(Node node)
    {
        if (node.Previous is null && _first != node) return;
        if (node.Previous is null) _first = node.Following;
        else node.Previous.Following = node.Following;
        if (node.Following is null) _last = node.Previous;
        else node.Following.Previous = node.Previous;
        (node.Previous, node.Following, _nodes) = (null, null, null);
    }

    IEnumerable<Node> Linked()
    {
        for (var node = _first; node is not null; node = node.Following) yield return node;
    }

    /// <summary>Adds a node that makes one new value, with the type and shape that follow from the inputs as far as these are
    /// known.</summary>
    /// <param name="op">What it computes.</param>
    /// <param name="inputs">Values of this graph; null leaves an optional input out.</param>
    /// <param name="outputName">The wished name of the new value; a number is added where it is taken.</param>
    /// <param name="attributes">The attributes that <paramref name="op"/> was made from.</param>
    /// <param name="name">The node's name; null gives it the name of the value.</param>
    /// <param name="domain">Empty for ONNX's own operators.</param>
    /// <param name="before">The node to stand before; null adds at the end.</param>
    /// <returns>The value.</returns>
    internal Value Add(Operator op, IEnumerable<Value?> inputs, string outputName, Attributes? attributes = null, string? name = null,
        string domain = "", Node? before = null)
    {
        ArgumentNullException.ThrowIfNull(op);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(outputName);
        ArgumentNullException.ThrowIfNull(domain);
        var output = NewValue(UniqueName(outputName));
        ShapeInference.Annotate(Add(op, inputs, [output], attributes, UniqueNodeName(name ?? output.Name), domain, before));
        return output;
    }

    /// <summary>Adds a node of ONNX's own operators that makes one new value, with the type and shape that follow from the inputs as far as
    /// these are known.</summary>
    /// <returns>The value.</returns>
    public Value Add(string opType, IEnumerable<Value?> inputs, string outputName, Attributes? attributes = null, Node? before = null)
    {
        ArgumentNullException.ThrowIfNull(opType);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(outputName);
        attributes ??= [];
        return Add(OperatorTable.Create("", opType, Opset, attributes), inputs, outputName, attributes, before: before);
    }

    /// <summary>Takes a node out. Its outputs must have no consumers left.</summary>
    public void Remove(Node node)
    {
        node.Disconnect();
        Unlink(node);
    }

    /// <summary>Removes a constant that is not read.</summary>
    public void RemoveConstant(Value constant) => _constants.Remove(constant);

    /// <summary>Removes all constants that are not read and are no outputs.</summary>
    /// <returns>How many those were.</returns>
    internal int RemoveUnreadConstants() => _constants.RemoveAll(constant => constant.Consumers.Count == 0 && !constant.IsGraphOutput);

    /// <summary>Removes <paramref name="node"/> and lets <paramref name="heir"/>, whose one output only it reads, make its output
    /// instead.</summary>
    public void RemoveInFavourOf(Node node, Node heir)
    {
        var output = node.Output;
        Remove(node);
        heir.SetOutput(0, output);
    }

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

    /// <summary>Puts the nodes into an order in which they can run, keeping the present one as far as possible.</summary>
    /// <exception cref="GraphException">Nodes depend on each other in a circle.</exception>
    public void Sort()
    {
        var nodes = Nodes;
        var waiting = nodes.ToDictionary(node => node, node => NeededNodes(node).Count());
        var place = nodes.Index().ToDictionary(entry => entry.Item, entry => entry.Index);
        var ready = new PriorityQueue<Node, int>(waiting.Where(entry => entry.Value == 0).Select(entry => (entry.Key, place[entry.Key])));

        var sorted = new List<Node>(nodes.Count);
        while (ready.TryDequeue(out var node, out _))
        {
            sorted.Add(node);
            // A node counts among the consumers once for each time that it reads the value, as it does among those it waits for.
            foreach (var follower in node.Outputs.OfType<Value>().SelectMany(output => output.Consumers))
            {
                if (--waiting[follower] == 0) ready.Enqueue(follower, place[follower]);
            }
        }
        if (sorted.Count < nodes.Count) throw GraphException.Circle(this, [.. nodes.Except(sorted)]);
        (_first, _last) = (null, null);
        foreach (var node in sorted) Link(node, before: null);
    }

    static IEnumerable<Node> NeededNodes(Node node) =>
        node.Inputs.Concat(node.Captures).Select(value => value?.Producer).OfType<Node>();

    /// <summary>A copy that shares only the elements of constants, and where values and nodes are in it.</summary>
    public Graph Clone(out GraphMap copies) => (copies = GraphCopy.Of(this)).Graph;

    /// <summary>A copy that shares only the elements of constants.</summary>
    public Graph Clone() => Clone(out _);

    /// <summary>All nodes with their values, one a line: <see cref="GraphText"/>.</summary>
    public override string ToString() => GraphText.Write(this);
}
