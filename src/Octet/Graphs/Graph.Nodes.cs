using Octet.Operators;

namespace Octet.Graphs;

/// <summary>The nodes and their order.</summary>
public sealed partial class Graph
{
    Node? _first;
    Node? _last;

    /// <summary>The nodes as a list, made on demand.</summary>
    Node[]? _nodes;

    /// <summary>In an order in which they can run: producers before consumers.</summary>
    public IReadOnlyList<Node> Nodes => _nodes ??= [.. Linked()];

    /// <summary>The nodes of one operator, as they are now: the list does not change while a pass removes some.</summary>
    internal IReadOnlyList<Node> Find<TOperator>() where TOperator : Operator => [.. Nodes.Where(node => node.Operator is TOperator)];

    /// <summary>The nodes with constant float32 weights, in their order.</summary>
    public IEnumerable<Node> Layers() => Nodes.Where(node => node.IsLayer);

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

    /// <summary>Removes <paramref name="node"/> and lets <paramref name="heir"/>, whose one output only it reads, make its output
    /// instead.</summary>
    public void RemoveInFavourOf(Node node, Node heir)
    {
        var output = node.Output;
        Remove(node);
        heir.SetOutput(0, output);
    }

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
}
