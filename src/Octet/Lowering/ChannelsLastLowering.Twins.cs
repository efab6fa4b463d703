using Octet.Graphs;
using Octet.Kernels;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Lowering;

/// <summary>Values with channels last: made where nodes are replaced, and turned back where somebody wants the original.</summary>
sealed partial class ChannelsLastLowering
{
    Value ConstantTwin(Value value, int rank)
    {
        var constant = _infos[value].Value!;
        return constant.Length == 1
            ? value : _graph.AddConstant(_graph.UniqueName($"{value.Name}.channels_last"),
                ChannelsLastLayout.Broadcastable(constant, rank));
    }

    /// <summary>The value with channels last; made before <paramref name="reader"/> if it is not there yet.</summary>
    Value Twin(Value value, Node reader)
    {
        if (_twins.TryGetValue(value, out var known)) return known;
        var twin = NewTwin(value);
        _graph.Add(new ToChannelsLast(), [value], [twin], name: twin.Name, before: reader);
        return twin;
    }

    Value NewTwin(Value value) => _twins[value] = _graph.NewValue(_graph.UniqueName($"{value.Name}.channels_last"));

    /// <summary>Puts one node in the place of several; it makes the twins of what the last of them made.</summary>
    void ReplaceByTwin(IReadOnlyList<Node> nodes, Operator op, IEnumerable<Value?> inputs)
    {
        _graph.Add(op, inputs.ToArray(), nodes[^1].Outputs.Select(output => output is null ? null : NewTwin(output)), name: nodes[0].Name,
            before: nodes[0]);
        Remove(nodes);
    }

    /// <summary>Puts one node in the place of several; it makes what the last of them made.</summary>
    void Replace(IReadOnlyList<Node> nodes, Operator op, IEnumerable<Value> inputs)
    {
        var output = nodes[^1].Output;
        var heir = _graph.Add(op, inputs, [], name: nodes[0].Name, before: nodes[0]);
        Remove(nodes);
        heir.SetOutput(0, output);
    }

    void Remove(IReadOnlyList<Node> nodes)
    {
        _made.UnionWith(nodes[^1].Outputs.OfType<Value>());
        foreach (var node in nodes)
        {
            _done.Add(node);
            _graph.Remove(node);
        }
    }

    /// <summary>Makes the values of which only the other layout is left, but which are still read.</summary>
    void MakeOriginals()
    {
        var order = _graph.Nodes.Index().ToDictionary(entry => entry.Item, entry => entry.Index);
        foreach (var (value, twin) in _twins)
        {
            if (value.Producer is not null || value.IsGraphInput || (value.Consumers.Count == 0 && !value.IsGraphOutput && !IsShown(value)))
                continue;
            // As late as possible, for the twin often lives on beside it; but what is watched is shown right away.
            var reader = IsShown(value) ? Following(twin.Producer!) : value.Consumers.MinBy(consumer => order[consumer]);
            _graph.Add(new ToChannelsFirst(), [twin], [value], name: $"{value.Name}.channels_first", before: reader);
        }

        bool IsShown(Value value) => !_showsTwins && _watched.Contains(value);

        Node? Following(Node node) => node.Following;
    }

    /// <summary>The shape of a value that can have a twin: images of float32, int8 or uint8 that are not known beforehand.</summary>
    Shape? Image(Value value) =>
        (IsFloats(value) || IsBytes(value)) && ChannelsLastLayout.Takes(_infos[value].Shape.Rank) ? _infos[value].Shape : null;

    bool HasTwin(Node node, out Shape image, out Value twin)
    {
        (image, twin) = (default, null!);
        return _twins.TryGetValue(node.Inputs[0]!, out twin!) && node.Outputs.Count == 1 && (IsFloats(node.Output) || IsBytes(node.Output))
            && (image = _infos[node.Inputs[0]!].Shape).IsKnown;
    }
}
