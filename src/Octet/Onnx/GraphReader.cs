using Google.Protobuf;
using Octet.Graphs;
using Octet.Onnx.Schema;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Onnx;

/// <summary>
/// Makes one graph from its encoded form. What it understands it takes out of the message; what is left over is kept as
/// <see cref="Graph.Foreign"/>
/// and the like, so that writing loses nothing.
/// </summary>
sealed class GraphReader
{
    /// <summary>Each body takes three levels of the 100 that readers of the encoding allow.</summary>
    const int DeepestNesting = 30;

    readonly GraphProto _proto;
    readonly GraphReader? _outer;
    readonly string _where;
    readonly int _depth;
    readonly TensorReader _tensors;
    readonly AttributeReader _attributes;
    readonly ModelProblems _problems;
    readonly Graph _graph;
    readonly Dictionary<string, Value> _values = new(StringComparer.Ordinal);
    readonly Dictionary<string, Value> _captured = new(StringComparer.Ordinal);

    GraphReader(GraphProto proto, GraphReader? outer, string where, TensorReader tensors, ModelProblems problems,
        Dictionary<string, int> opsets)
    {
        _proto = proto;
        _outer = outer;
        _where = where;
        _depth = outer is null ? 0 : outer._depth + 1;
        _tensors = tensors;
        _attributes = new(tensors, problems);
        _problems = problems;
        _graph = new() { Name = proto.Name, DocString = proto.DocString, Opsets = opsets };
    }

    /// <summary>Reads a model's graph. Problems are collected; if there are any, the graph is incomplete.</summary>
    public static Graph Read(GraphProto proto, TensorReader tensors, ModelProblems problems, Dictionary<string, int> opsets) =>
        new GraphReader(proto, outer: null, where: "", tensors, problems, opsets).Read();

    Graph Read()
    {
        var constants = _proto.Initializer.Select(initializer => initializer.Name)
            .Concat(_proto.SparseInitializer.Select(initializer => initializer.Values?.Name ?? ""))
            .ToHashSet(StringComparer.Ordinal);
        var inputs = _proto.Input.Select(input => input.Name).ToArray();

        foreach (var input in _proto.Input.Where(input => !constants.Contains(input.Name))) ReadInput(input);
        foreach (var initializer in _proto.Initializer) ReadConstant(initializer.Name, () => _tensors.Read(initializer), initializer);
        foreach (var initializer in _proto.SparseInitializer)
        {
            ReadConstant(initializer.Values?.Name ?? "", () => _tensors.ReadSparse(initializer), initializer.Values ?? new());
        }
        foreach (var input in _proto.Input.Where(input => constants.Contains(input.Name))) ListAsInput(input);

        var outputs = _proto.Node.Select(ReadOutputs).ToArray();
        foreach (var output in _proto.Output) ReadGraphOutput(output);
        ReadValueInfos();
        foreach (var (node, made) in _proto.Node.Zip(outputs)) ReadNode(node, made);
        KeepTheRest(inputs);
        if (!_problems.Any) _problems.Try(_where, _graph.Sort);
        return _graph;
    }

    void ReadInput(ValueInfoProto input)
    {
        var value = _graph.AddInput(input.Name, DataType.Undefined, null);
        Name(value, "input");
        Declare(input, value);
    }

    void ReadConstant(string name, Func<Tensor> read, TensorProto proto)
    {
        if (_problems.Try<Tensor?>($"{_where}initializer '{name}': ", read, null) is not { } elements)
        {
            // Those who read it should not be reported too.
            _values.TryAdd(name, _graph.NewValue(name));
            return;
        }
        var constant = _graph.AddConstant(name, elements);
        constant.DocString = proto.DocString;
        StringPairs.Take(proto.MetadataProps, constant.Metadata);
        // Lets go of the encoded elements at once, so that a large model is not in memory twice.
        TensorReader.ClearElements(proto);
        Name(constant, "initializer");
    }

    void ListAsInput(ValueInfoProto input)
    {
        if (!_values.TryGetValue(input.Name, out var constant)) return;
        if (constant.IsListedAsInput) _problems.Add($"{_where}input '{input.Name}' is listed twice");
        constant.IsListedAsInput = true;
        Declare(input, constant);
    }

    Value?[] ReadOutputs(NodeProto node) => [.. node.Output.Select(name =>
    {
        if (name.Length == 0) return null;
        var value = _graph.NewValue(name);
        Name(value, Describe(node));
        return value;
    })];

    /// <summary>Registers a value under its name, which must be new.</summary>
    void Name(Value value, string maker)
    {
        if (value.Name.Length == 0) _problems.Add($"{_where}{maker} has no name");
        else if (!_values.TryAdd(value.Name, value))
            _problems.Add($"{_where}the value '{value.Name}' is made more than once, the second time by {maker}");
    }

    void ReadNode(NodeProto node, Value?[] outputs)
    {
        var description = Describe(node);
        var inputs = node.Input.Select(name => name.Length == 0 ? null : Resolve(name) ?? Missing(name, description)).ToArray();
        var attributes = _attributes.TakeAll(node, _where + description, body => ReadBody(body, description));
        var domain = Domains.Normalize(node.Domain);
        var op = _problems.Try($"{_where}{description}: ", () => CreateOperator(node, domain, attributes),
            new UnsupportedOperator(node.OpType, domain));

        var added = _graph.Add(op, inputs, outputs, attributes, node.Name, domain);
        added.DocString = node.DocString;
        StringPairs.Take(node.MetadataProps, added.Metadata);
        KeepTheRest(node, added);
    }

    Operator CreateOperator(NodeProto node, string domain, Attributes attributes)
    {
        if (node.OpType.Length == 0) throw new ModelException("has no operator type");
        if (!_graph.Opsets.TryGetValue(domain, out var opset))
        {
            if (domain.Length == 0) throw new ModelException("is an operator of ONNX itself, but the model does not say of which opset");
            opset = 1;
        }
        return OperatorTable.Create(domain, node.OpType, opset, attributes);
    }

    Graph ReadBody(GraphProto body, string owner)
    {
        if (_depth >= DeepestNesting) throw new ModelException($"holds a graph nested more than {DeepestNesting} deep");
        return new GraphReader(body, this, $"{_where}in '{body.Name}' of {owner}: ", _tensors, _problems, _graph.Opsets).Read();
    }

    /// <summary>The value of that name in this graph or, captured, in those around it.</summary>
    Value? Resolve(string name)
    {
        if (_values.TryGetValue(name, out var own) || _captured.TryGetValue(name, out own)) return own;
        return _outer?.Resolve(name) is { } outer ? _captured[name] = _graph.AddCaptured(outer) : null;
    }

    Value? Missing(string name, string reader)
    {
        _problems.Add($"{_where}{reader} reads '{name}', which nothing in the model makes");
        return null;
    }

    void ReadGraphOutput(ValueInfoProto output)
    {
        if ((output.Name.Length == 0 ? null : Resolve(output.Name)) is not { } value)
        {
            _problems.Add($"{_where}the output '{output.Name}' is made by nothing in the model");
            return;
        }
        Declare(output, value);
        _graph.AddOutput(value);
    }

    /// <summary>Those of values that are not there stay in the message.</summary>
    void ReadValueInfos()
    {
        var orphans = new List<ValueInfoProto>();
        foreach (var info in _proto.ValueInfo)
        {
            if (_values.TryGetValue(info.Name, out var value)) Declare(info, value);
            else orphans.Add(info);
        }
        _proto.ValueInfo.Clear();
        _proto.ValueInfo.Add(orphans);
    }

    void Declare(ValueInfoProto info, Value value)
    {
        value.IsDeclared = true;
        _problems.Try($"{_where}value '{info.Name}': ", () => ValueTypes.Take(info, value));
    }

    void KeepTheRest(string[] inputs)
    {
        StringPairs.Take(_proto.MetadataProps, _graph.Metadata);
        _proto.Input.Clear();
        // Constants that are listed as inputs mostly come last; any other order is noted.
        if (!inputs.SequenceEqual(GraphWriter.Inputs(_graph).Select(input => input.Name)))
            _proto.Input.Add(inputs.Select(name => new ValueInfoProto { Name = name }));
        _proto.ClearName();
        _proto.ClearDocString();
        _proto.Initializer.Clear();
        _proto.SparseInitializer.Clear();
        _proto.Node.Clear();
        _proto.Output.Clear();
        if (_proto.CalculateSize() > 0) _graph.Foreign = _proto.ToByteArray();
    }

    static void KeepTheRest(NodeProto proto, Node node)
    {
        proto.Input.Clear();
        proto.Output.Clear();
        proto.ClearName();
        proto.ClearOpType();
        proto.ClearDomain();
        proto.ClearDocString();
        if (proto.CalculateSize() > 0) node.Foreign = proto.ToByteArray();
    }

    static string Describe(NodeProto node) =>
        node.Name.Length > 0
        ? $"node '{node.Name}' ({node.OpType})" : $"node {node.OpType} → '{node.Output.FirstOrDefault(name => name.Length > 0)}'";
}
