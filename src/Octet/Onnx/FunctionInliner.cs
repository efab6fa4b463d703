using Octet.Onnx.Schema;
using Octet.Operators;

namespace Octet.Onnx;

/// <summary>Puts the nodes of a model's own functions where the functions are called, so that everything behind the reader knows only
/// operators.</summary>
/// <remarks>
/// Values inside a function get names of their own at each call. Functions may call functions; those that come back to themselves have no
/// end and are refused, and as calls can multiply without bound in a small file, so is what grows beyond all use.
/// </remarks>
sealed class FunctionInliner
{
    const int DeepestCalls = 32;

    readonly Dictionary<(string Domain, string Name, string Overload), FunctionProto> _functions = [];
    readonly Dictionary<string, int> _opsets;
    readonly ModelProblems _problems;
    readonly HashSet<string> _valueNames = new(StringComparer.Ordinal);
    readonly HashSet<string> _domainsInUse = new(StringComparer.Ordinal);
    readonly List<FunctionProto> _calls = [];
    readonly Dictionary<string, int> _callsByName = new(StringComparer.Ordinal);
    readonly HashSet<FunctionProto> _checked = [];
    readonly InliningBudget _budget;

    FunctionInliner(ModelProto model, Dictionary<string, int> opsets, ModelProblems problems)
    {
        _opsets = opsets;
        _problems = problems;
        _budget = new(modelBytes: model.CalculateSize());
        foreach (var function in model.Functions)
        {
            if (!_functions.TryAdd((Domains.Normalize(function.Domain), function.Name, function.Overload), function))
                problems.Add($"{Describe(function)} is defined twice");
        }
    }

    /// <summary>Changes the model's graph so that it calls no functions; <paramref name="opsets"/> gets the operator sets that functions
    /// bring along.</summary>
    public static void Inline(ModelProto model, Dictionary<string, int> opsets, ModelProblems problems)
    {
        if (model.Functions.Count == 0) return;
        problems.Try("", () => new FunctionInliner(model, opsets, problems).Run(model.Graph));
    }

    void Run(GraphProto graph)
    {
        CollectValueNames(graph);
        Expand(graph);
        foreach (var domain in _functions.Keys.Select(key => key.Domain)
                .Where(domain => domain.Length > 0 && !_domainsInUse.Contains(domain))) _opsets.Remove(domain);
    }

    void CollectValueNames(GraphProto graph)
    {
        foreach (var input in graph.Input) _valueNames.Add(input.Name);
        foreach (var initializer in graph.Initializer) _valueNames.Add(initializer.Name);
        foreach (var initializer in graph.SparseInitializer) _valueNames.Add(initializer.Values?.Name ?? "");
        foreach (var node in graph.Node)
        {
            _valueNames.UnionWith(node.Output);
            foreach (var body in Bodies(node)) CollectValueNames(body);
        }
    }

    void Expand(GraphProto graph)
    {
        var nodes = new List<NodeProto>(graph.Node.Count);
        foreach (var node in graph.Node) Expand(node, graph, nodes);
        graph.Node.Clear();
        graph.Node.Add(nodes);
    }

    /// <summary>Adds the node, or what it stands for, to <paramref name="nodes"/> of <paramref name="graph"/>.</summary>
    void Expand(NodeProto node, GraphProto graph, List<NodeProto> nodes)
    {
        foreach (var body in Bodies(node)) Expand(body);
        if (_functions.TryGetValue((Domains.Normalize(node.Domain), node.OpType, node.Overload), out var function))
        {
            Enter(function);
            foreach (var inner in Instantiate(function, node, graph)) Expand(inner, graph, nodes);
            _calls.RemoveAt(_calls.Count - 1);
        }
        else
        {
            _domainsInUse.Add(Domains.Normalize(node.Domain));
            nodes.Add(node);
        }
    }

    void Enter(FunctionProto function)
    {
        if (_calls.Contains(function))
            throw new ModelException($"functions call each other in a "
                + $"circle: {string.Join(" → ", _calls.Append(function).Select(Describe))}");
        if (_calls.Count == DeepestCalls)
            throw new ModelException($"functions call each other more than {DeepestCalls} deep, from {Describe(_calls[0])} "
                + $"to {Describe(function)}");
        _calls.Add(function);
        if (_checked.Add(function)) ImportOpsets(function);
    }

    /// <summary>Operators of a function keep their meaning only if the model uses them in the same version, or in one that is no
    /// different.</summary>
    void ImportOpsets(FunctionProto function)
    {
        foreach (var import in function.OpsetImport)
        {
            var domain = Domains.Normalize(import.Domain);
            if (import.Version is < 0 or > int.MaxValue)
                _problems.Add($"{Describe(function)}: opset {import.Version} of domain '{domain}' cannot be");
            else if (!_opsets.TryAdd(domain, (int)import.Version) && _opsets[domain] != import.Version)
                CheckOperators(function, domain, (int)import.Version);
        }
    }

    void CheckOperators(FunctionProto function, string domain, int opset)
    {
        var different = NodesIn(function.Node)
            .Where(node => Domains.Normalize(node.Domain) == domain && !_functions.ContainsKey((domain, node.OpType, node.Overload)))
            .Select(node => node.OpType).Distinct()
            .Where(opType => RowOf(domain, opType, opset) is not { } row || row != RowOf(domain, opType, _opsets[domain])).ToArray();
        if (different.Length == 0) return;
        _problems.Add($"{Describe(function)} uses opset {opset} of domain '{domain}' and the model {_opsets[domain]}, in "
            + $"which {string.Join(", ", different)} may mean something else; convert the model so that both use one opset");
    }

    static OperatorRow? RowOf(string domain, string opType, int opset) =>
        OperatorTable.Rows.Where(row => row.Domain == domain && row.OpType == opType && row.Since <= opset).MaxBy(row => row.Since);

    static IEnumerable<NodeProto> NodesIn(IEnumerable<NodeProto> nodes) =>
        nodes.SelectMany(node => Bodies(node).SelectMany(body => NodesIn(body.Node)).Prepend(node));

    /// <summary>The function's nodes with the names and attributes of one call.</summary>
    List<NodeProto> Instantiate(FunctionProto function, NodeProto call, GraphProto graph)
    {
        var caller = CallerName(call);
        if (call.Input.Count > function.Input.Count || call.Output.Count > function.Output.Count)
        {
            throw new ModelException($"'{caller}' calls {Describe(function)} with {call.Input.Count} inputs and {call.Output.Count} "
                + $"outputs, but it has {function.Input.Count} and {function.Output.Count}");
        }

        var names = new InlinedNames($"{caller}/", _valueNames);
        foreach (var (index, input) in function.Input.Index()) names.Set(input, index < call.Input.Count ? call.Input[index] : "");
        var handedThrough = new List<NodeProto>();
        foreach (var (output, wanted) in function.Output.Zip(call.Output).Where(pair => pair.Second.Length > 0))
        {
            // An output that is an input too, or that is given twice, takes a node that copies it.
            if (names.Knows(output))
                handedThrough.Add(new NodeProto
                { OpType = "Identity", Name = $"{caller}/{output}", Input = { names[output] }, Output = { wanted } });
            else names.Set(output, wanted);
        }

        foreach (var output in function.Node.SelectMany(node => node.Output)) names.Define(output);

        var nodes = function.Node.Select(node => Instantiate(node, function, call, names)).Concat(handedThrough).ToList();
        foreach (var info in function.ValueInfo.Where(info => names.Knows(info.Name)))
        {
            var renamed = info.Clone();
            renamed.Name = names[info.Name];
            _budget.Spend(renamed.CalculateSize());
            graph.ValueInfo.Add(renamed);
        }
        return nodes;
    }

    /// <summary>The name of the calling node, with a number if it is not the first of that name.</summary>
    string CallerName(NodeProto call)
    {
        var name = call.Name.Length > 0 ? call.Name : call.OpType;
        var calls = _callsByName[name] = _callsByName.GetValueOrDefault(name) + 1;
        return calls == 1 ? name : $"{name}_{calls}";
    }

    NodeProto Instantiate(NodeProto original, FunctionProto function, NodeProto call, InlinedNames names)
    {
        _budget.SpendNode();
        _budget.Spend(original.CalculateSize());
        var node = original.Clone();
        node.Name = names.Prefix + (node.Name.Length > 0 ? node.Name : node.OpType);
        node.Attribute.Clear();
        foreach (var attribute in original.Attribute)
        {
            if (attribute.RefAttrName.Length == 0)
            {
                var own = attribute.Clone();
                foreach (var body in Bodies(own)) Instantiate(body, function, call, names);
                node.Attribute.Add(own);
            }
            else if (ValueOf(attribute.RefAttrName, function, call) is { } given)
            {
                _budget.Spend(given.CalculateSize());
                var own = given.Clone();
                own.Name = attribute.Name;
                node.Attribute.Add(own);
            }
        }
        for (var i = 0; i < node.Input.Count; i++) node.Input[i] = names[node.Input[i]];
        for (var i = 0; i < node.Output.Count; i++) node.Output[i] = names[node.Output[i]];
        _budget.Spend(node.Name.Length + node.Input.Concat(node.Output).Sum(name => name.Length));
        return node;
    }

    /// <summary>A body inside a function: names, and references to the caller's attributes, become those of the call.</summary>
    void Instantiate(GraphProto body, FunctionProto function, NodeProto call, InlinedNames outer)
    {
        var names = new InlinedNames(outer);
        foreach (var input in body.Input) input.Name = names[names.Define(input.Name)];
        foreach (var initializer in body.Initializer) initializer.Name = names[names.Define(initializer.Name)];
        foreach (var initializer in body.SparseInitializer.Where(initializer => initializer.Values is not null))
            initializer.Values.Name = names[names.Define(initializer.Values.Name)];
        foreach (var output in body.Node.SelectMany(node => node.Output)) names.Define(output);

        var nodes = body.Node.Select(node => Instantiate(node, function, call, names)).ToArray();
        body.Node.Clear();
        body.Node.Add(nodes);
        foreach (var output in body.Output) output.Name = names[output.Name];
        foreach (var info in body.ValueInfo) info.Name = names[info.Name];
        foreach (var annotation in body.QuantizationAnnotation) annotation.TensorName = names[annotation.TensorName];
    }

    static AttributeProto? ValueOf(string name, FunctionProto function, NodeProto call) =>
        call.Attribute.FirstOrDefault(attribute => attribute.Name == name)
        ?? function.AttributeProto.FirstOrDefault(attribute => attribute.Name == name);

    static IEnumerable<GraphProto> Bodies(NodeProto node) => node.Attribute.SelectMany(Bodies);

    static IEnumerable<GraphProto> Bodies(AttributeProto attribute) =>
        attribute.G is null ? attribute.Graphs : attribute.Graphs.Append(attribute.G);

    static string Describe(FunctionProto function) =>
        $"function '{(function.Domain.Length > 0 ? $"{function.Domain}:" : "")}{function.Name}'";
}
