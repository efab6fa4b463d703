using Octet.Graphs;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Calibration;

/// <summary>
/// Elements of a value that have no effect: those far below the largest of their row, where nothing but a softmax reads the value,
/// directly or behind sums, choices and moves. Masks are made of such elements: −10000, −∞ and the like.
/// </summary>
/// <remarks>
/// They set no range and saturate, for their softmax is 0 with any of them. In what is summed up first, the other summand is not known:
/// there they count down to
/// <see cref="DepthOfSummands"/>, which leaves room for scores as far apart as networks make them.
/// </remarks>
sealed class IgnoredElements
{
    /// <summary>Scores lie within some tens of each other.</summary>
    const float DepthOfSummands = 128;

    /// <summary>A row whose largest element lies further below that of all rows is masked as a whole.</summary>
    const float DepthOfMaskedRows = 1000;

    /// <summary>From the end; null where rows lie anywhere, so that all of the tensor counts as one.</summary>
    readonly long? _axis;
    readonly bool _toEnd;
    readonly float _depth;

    IgnoredElements(long? axis, bool toEnd, float depth) => (_axis, _toEnd, _depth) = (axis, toEnd, depth);

    /// <summary>The values of a graph that hold some.</summary>
    public static IReadOnlyDictionary<Value, IgnoredElements> In(Graph graph)
    {
        var found = new Dictionary<Value, IgnoredElements>();
        foreach (var value in graph.Nodes.Reverse().SelectMany(node => node.Outputs).OfType<Value>().Concat(graph.Inputs)
            .Concat(graph.Constants))
        {
            if (value.Type == DataType.Float32 && Of(value, found) is { } ignored) found[value] = ignored;
        }
        return found;
    }

    static IgnoredElements? Of(Value value, Dictionary<Value, IgnoredElements> found)
    {
        if (value.IsGraphOutput || value.Consumers.Count == 0) return null;
        IgnoredElements? all = null;
        foreach (var reader in value.Consumers.Distinct())
        {
            if (reader.Captures.Contains(value)) return null;
            for (var input = 0; input < reader.Inputs.Count; input++)
            {
                if (reader.Inputs[input] != value) continue;
                if (Of(value, reader, input, found) is not { } one) return null;
                all = all is null
                    ? one : new(all._axis == one._axis && all._toEnd == one._toEnd ? one._axis : null, one._toEnd,
                        Math.Max(all._depth, one._depth));
            }
        }
        return all;
    }

    static IgnoredElements? Of(Value value, Node reader, int input, Dictionary<Value, IgnoredElements> found)
    {
        if (reader.Operator.IgnoredIn(input) is { } own)
        {
            var axis = own.Axis < 0 ? own.Axis : value.Shape is { } shape && own.Axis < shape.Rank ? own.Axis - shape.Rank : (long?)null;
            return new(axis, own.ToEnd, own.Depth);
        }
        TensorInfo[] infos =
            [.. reader.Inputs.Select(other => other is null ? null! : new TensorInfo(other.Type, Shape.Unknown, other.Constant))];
        if (reader.Operator.CarriesDepth(input, infos) is not { } factor) return null;
        var behind = new List<IgnoredElements>();
        foreach (var output in reader.Outputs.OfType<Value>())
        {
            if (!found.TryGetValue(output, out var ignored)) return null;
            behind.Add(ignored);
        }
        if (behind is not [var first, ..]) return null;
        // What is moved may have its rows elsewhere; all else is broadcast from the end, and keeps them.
        var depth = behind.Max(ignored => ignored._depth) / factor;
        var isAlone = reader.Inputs.Where((_, index) => index != input).All(other => other?.Constant is not null);
        return reader.Operator is MovingOperator
            ? new(null, false, depth) : new(first._axis, first._toEnd, isAlone ? depth : Math.Max(depth, DepthOfSummands / factor));
    }

    /// <summary>The elements with those raised that do not count; the elements themselves where none is to be raised. NaN stays.</summary>
    /// <param name="elements">A tensor, or one item of it.</param>
    /// <param name="shape">Its shape.</param>
    public ReadOnlySpan<float> Raised(ReadOnlySpan<float> elements, Shape shape)
    {
        var greatest = Greatest(elements);
        var hasLow = false;
        foreach (var element in elements) hasLow |= element < greatest - _depth;
        if (!hasLow) return elements;

        var raised = elements.ToArray();
        var cut = _axis is not { } axis || shape.Rank + axis < 0 ? new AxisCut(1, elements.Length, 1) : _toEnd
            ? AxisCut.From(shape, axis) : AxisCut.At(shape, axis);
        for (var row = 0; row < cut.Outer * cut.Inner; row++)
            Raise(raised.AsSpan(row / cut.Inner * cut.Count * cut.Inner + row % cut.Inner), cut, greatest);
        return raised;
    }

    /// <summary>The same with all elements as one row: for a tensor whose axes are not in the order of the graph's. Raises less.</summary>
    public Tensor RaisedAsOneRow(Tensor tensor)
    {
        var raised = new IgnoredElements(null, false, _depth).Raised(tensor.Floats, tensor.Shape);
        return raised == tensor.Floats ? tensor : Tensor.Of(tensor.Shape, raised);
    }

    void Raise(Span<float> row, AxisCut cut, float greatest)
    {
        var top = float.NegativeInfinity;
        for (var i = 0; i < cut.Count; i++)
        {
            if (float.IsFinite(row[i * cut.Inner])) top = Math.Max(top, row[i * cut.Inner]);
        }
        var floor = (top < greatest - DepthOfMaskedRows ? greatest : top) - _depth;
        for (var i = 0; i < cut.Count; i++)
        {
            if (row[i * cut.Inner] < floor) row[i * cut.Inner] = floor;
        }
    }

    /// <summary>Of the finite elements; 0 if there are none.</summary>
    static float Greatest(ReadOnlySpan<float> elements)
    {
        var (greatest, any) = (float.NegativeInfinity, false);
        foreach (var element in elements)
        {
            if (!float.IsFinite(element)) continue;
            greatest = Math.Max(greatest, element);
            any = true;
        }
        return any ? greatest : 0;
    }
}
