using Octet.Graphs;
using Octet.Kernels;
using Octet.Numerics;
using Octet.Operators;
using Octet.Passes;
using Octet.Tensors;

namespace Octet.Lowering;

/// <summary>
/// Lets a graph of QuantizeLinear and DequantizeLinear nodes compute in integers: an operator between real values that are read from 8-bit
/// integers and rounded to such becomes the operator between the integers that ONNX Runtime puts there. What has no such operator stays
/// between real values, and reads and rounds as the graph says.
/// </summary>
/// <remarks>
/// Needs no shapes. Operators that only move data do so with the integers, and what they made is read behind them. Functions of one value
/// become tables of 256 integers: see <see cref="IntegerTables"/>.
/// </remarks>
sealed class IntegerLowering
{
    readonly Graph _graph;

    /// <summary>Real values that DequantizeLinear reads from integers.</summary>
    readonly Dictionary<Value, QuantizedValue> _read = [];

    readonly IntegerTables _tables = new();

    readonly HashSet<Node> _done = [];

    /// <summary>Whether the graph is to be written as a file, which has no tables of 256 integers and no limits inside operators.</summary>
    readonly bool _isFile;

    IntegerLowering(Graph graph, bool isFile) => (_graph, _isFile) = (graph, isFile);

    /// <summary>Whether a graph rounds values to integers and reads them again.</summary>
    public static bool AppliesTo(Graph graph) =>
        graph.Nodes.Any(node => node.Operator is QuantizeLinear) && graph.Nodes.Any(node => node.Operator is DequantizeLinear);

    /// <param name="graph">Changed in place; weights are still stored as integers.</param>
    public static void Apply(Graph graph)
    {
        new IntegerLowering(graph, isFile: false).Lower();
        new RemoveUnused().Apply(graph);
        IntegerTables.Merge(graph);
        new RemoveUnused().Apply(graph);
    }

    /// <summary>The same with those operators only that ONNX and ONNX Runtime have, with their attributes, so that the graph can be
    /// written.</summary>
    /// <param name="graph">Changed in place; weights are still stored as integers.</param>
    public static void ApplyForFile(Graph graph)
    {
        new IntegerLowering(graph, isFile: true).Lower();
        new RemoveUnused().Apply(graph);
        if (graph.Nodes.Any(node => node.Domain == OperatorTable.OnnxRuntime)) graph.Opsets.TryAdd(OperatorTable.OnnxRuntime, 1);
    }

    void Lower()
    {
        foreach (var node in _graph.Nodes.ToArray())
        {
            if (_done.Contains(node)) continue;
            if (node.Operator is DequantizeLinear) Note(node);
            else if (node.Operator is QuantizeLinear) LowerRounding(node);
            else if (!MoveIntegers(node) && !LowerBetween(node) && !(_isFile && LimitIntegers(node))) _tables.TryCompute(node);
        }
    }

    void Note(Node node)
    {
        if (node.Operator is not DequantizeLinear { BlockSize: 0, OutputType: null or DataType.Float32 }
            || node.Outputs is not [{ } output]) return;
        if (QuantizedValue.Of(node, node.Inputs[0]!) is not { } quantized) return;
        _read[output] = quantized;
        if (quantized.Width is { } width) _tables.Note(output, quantized.Integers, width);
    }

    /// <summary>Rounding to integers what was read from integers: the same ones, or a table.</summary>
    void LowerRounding(Node node)
    {
        if (RoundingOf(node) is not { Width: { } width } rounded) return;
        if (_read.TryGetValue(node.Inputs[0]!, out var read) && read.Width == width && read.Integers.Constant is null)
        {
            _graph.ReplaceUses(node.Output, read.Integers);
            Remove([node]);
        }
        else if (!_isFile && _tables.Round(node.Inputs[0]!, width) is var (root, table))
            Replace([node], new TableLookup(table, width.Type), [root]);
    }

    /// <summary>Lets an operator that only moves data move the integers, and reads what it made behind it.</summary>
    bool MoveIntegers(Node node)
    {
        if (!node.Operator.OnlyMovesData || node.Inputs is not [{ } input, ..] || !_read.TryGetValue(input, out var read)
            || read.Width is not { } width) return false;
        if (read.Integers.Constant is not null || node.Inputs.Skip(1).Any(other => other is not null && _read.ContainsKey(other)))
        {
            return false;
        }
        // A second output is no data: the places of a MaxPool, the mask of a Dropout.
        if (node.Subgraphs().Any() || node.Outputs.Count > 1 && node.Operator is not Split) return false;

        var (outputs, others) = (node.Outputs.ToArray(), node.Inputs.Skip(1).ToArray());
        var moved = outputs.Select(output =>
            output is null ? null : _graph.NewValue(_graph.UniqueName($"{output.Name}.integers"))).ToArray();
        var following = node.Following;
        Remove([node]);
        _graph.Add(node.Operator, [read.Integers, .. others], moved, node.Attributes, node.Name, node.Domain, following);
        foreach (var (output, integers) in outputs.Zip(moved))
        {
            if (output is null || integers is null) continue;
            _graph.Add(new DequantizeLinear(Axis: 0, BlockSize: 0, OutputType: null), [integers, read.Scale, read.ZeroPoint], [output],
                name: output.Name, before: following);
            _read[output] = read with { Integers = integers };
            _tables.Note(output, integers, width);
        }
        return true;
    }

    /// <summary>
    /// An operator between integers in the place of one between real values, of the limiting activations behind it, and of the rounding
    /// behind these.
    /// </summary>
    bool LowerBetween(Node node)
    {
        if (node.Operator.InIntegers is not { } form || node.Outputs is not [not null] || form.IsFunction && !_isFile) return false;
        var attributes = form.AttributesInFile(node.Attributes, _graph.Opset);
        if (attributes is null && _isFile) return false;
        if (IntegerUnit.Of(node) is not { } unit || RoundingOf(unit.Rounding) is not { Width: { } width } output)
        {
            if (form.Order != OperandOrder.BiasBeforeOutput || OperandsOf(node, form.Order, null) is not { } inputs) return false;
            Replace([node], form.Operator, inputs, form.Domain, attributes);
            return true;
        }
        if (OperandsOf(node, form.Order, output) is not { } operands) return false;

        var bounds = unit.Bounds(width);
        var (low, high) = width.Limits;
        var isBounded = bounds != new IntegerBounds(low, high);
        if (!isBounded) Replace(unit.Nodes, form.Operator, operands, form.Domain, attributes);
        else if (_isFile) ReplaceAndLimit([.. unit.Nodes], form, operands, attributes!, (bounds, width.Type));
        else if (form.Operator is IBoundedOutput bounded) Replace(unit.Nodes, bounded.Within(bounds), operands, form.Domain);
        else return false;
        return true;
    }

    /// <summary>What an integer operator reads; null where an operand is no integer, or the bias is none in steps of the sums.</summary>
    Value?[]? OperandsOf(Node node, OperandOrder order, QuantizedValue? output)
    {
        var weightFacts = node.Operator.Weights;
        var inputs = new List<QuantizedValue>();
        Value? bias = null;
        foreach (var (index, input) in node.Inputs.Index().Skip(order == OperandOrder.ConditionFirst ? 1 : 0))
        {
            if (input is null) continue;
            if (index == weightFacts?.BiasInput)
            {
                bias = BiasOf(input, inputs);
                if (bias is null) return null;
            }
            else if (!_read.TryGetValue(input, out var quantized)) return null;
            else if (quantized.Width is not null || index == weightFacts?.WeightInput
                && quantized.IsAlong(weightFacts.OutputChannelAxis)) inputs.Add(quantized);
            else return null;
        }
        if (weightFacts is null && inputs.Any(input => input.Type != output?.Type)) return null;
        if (_isFile && weightFacts is not null && !HasKernel(inputs, output)) return null;

        var operands = inputs.SelectMany(input => new[] { input.Integers, input.Scale, input.ZeroPointOf(_graph) }).ToArray<Value?>();
        Value?[] ends = output is null ? [] : [output.Scale, output.ZeroPointOf(_graph)];
        return order switch
        {
            OperandOrder.OutputFirst => [.. ends, .. operands],
            OperandOrder.BiasLast => bias is null ? [.. operands, .. ends] : [.. operands, .. ends, bias],
            OperandOrder.BiasBeforeOutput => [.. operands, bias, .. ends],
            OperandOrder.ConditionFirst => [node.Inputs[0], .. operands, .. ends],
            _ => [.. operands, .. ends],
        };
    }

    /// <summary>Whether ONNX Runtime has products of such types: the result is as the data, and signed data have signed
    /// weights.</summary>
    static bool HasKernel(List<QuantizedValue> inputs, QuantizedValue? output) =>
        (output is null || output.Type == inputs[0].Type)
        && (inputs[0].Type == DataType.UInt8 || inputs.All(input => input.Type == DataType.Int8));

    /// <summary>A bias in steps of the sums, small enough for sums of a layer's size; null where it is another.</summary>
    static Value? BiasOf(Value bias, List<QuantizedValue> inputs)
    {
        if (inputs is not [{ Width: { } x }, { } weights] || bias.Producer is not { Operator: DequantizeLinear } read
            || read.Inputs[0]!.Constant is not { Type: DataType.Int32 } integers) return null;
        if (read.Inputs[1]!.Constant is not { Type: DataType.Float32 } scales || integers.Shape.Rank != 1
            || weights.Integers.Constant is not { } elements) return null;
        if (read.InputOrNull(2)?.Constant?.AsSpan<int>().ContainsAnyExcept(0) == true) return null;

        var weightScales = weights.Scale.Constant!.Floats;
        for (var i = 0; i < scales.Length; i++)
        {
            if (scales.Length != Math.Max(weightScales.Length, 1) || scales.Floats[i] != x.Scale * weightScales[i % weightScales.Length])
            {
                return null;
            }
        }
        const long greatestProduct = 255 * 255;
        var max = integers.AsSpan<int>().ToArray().Select(value => Math.Abs((long)value)).DefaultIfEmpty().Max();
        return max + greatestProduct * elements.Length / Math.Max(1, integers.Length) <= int.MaxValue ? read.Inputs[0] : null;
    }

    /// <summary>What a rounding makes, if it is one to 8-bit integers with a constant scale for the whole tensor.</summary>
    static QuantizedValue? RoundingOf(Node node) =>
        node is { Operator: QuantizeLinear { BlockSize: 0 }, Outputs: [{ } integers] }
            && QuantizedValue.Of(node, integers) is { Width: not null } quantized ? quantized : null;

    void Replace(IReadOnlyList<Node> nodes, Operator op, IEnumerable<Value?> inputs, string domain = "", Attributes? attributes = null)
    {
        var output = nodes[^1].Output;
        var heir = _graph.Add(op, inputs, [], attributes, nodes[0].Name, domain, nodes[0]);
        Remove(nodes);
        heir.SetOutput(0, output);
    }

    /// <summary>An operator between integers, and limits of its integers behind it.</summary>
    void ReplaceAndLimit(
        Node[] nodes, IntegerForm form, IEnumerable<Value?> operands, Attributes attributes, (IntegerBounds, DataType) limits)
    {
        var whole = _graph.NewValue(_graph.UniqueName($"{nodes[^1].Output.Name}_unlimited"));
        _graph.Add(form.Operator, operands, [whole], attributes, nodes[0].Name, form.Domain, nodes[0]);
        Replace(nodes[1..], new Clip(), [whole, .. LimitsOf(whole, limits)]);
        Remove(nodes[..1]);
    }

    /// <summary>A limiting activation on what was read from integers, with its rounding to the same steps: it limits the
    /// integers.</summary>
    bool LimitIntegers(Node node)
    {
        if (node.Limits is null || !_read.TryGetValue(node.Inputs[0]!, out var read) || read.Integers.Constant is not null) return false;
        if (read.Width is not { } width || IntegerUnit.Of(node) is not { } unit || RoundingOf(unit.Rounding)?.Width != width) return false;
        Replace(unit.Nodes, new Clip(), [read.Integers, .. LimitsOf(read.Integers, (unit.Bounds(width, node.Limits), width.Type))]);
        return true;
    }

    IEnumerable<Value> LimitsOf(Value integers, (IntegerBounds Bounds, DataType Type) limits) =>
        new[] { (Name: "low", Limit: limits.Bounds.Low), (Name: "high", Limit: limits.Bounds.High) }.Select(end => _graph.AddConstant(
            _graph.UniqueName($"{integers.Name}_{end.Name}"),
            limits.Type == DataType.Int8 ? Tensor.Scalar((sbyte)end.Limit) : Tensor.Scalar((byte)end.Limit)));

    void Remove(IReadOnlyList<Node> nodes)
    {
        foreach (var node in nodes)
        {
            _done.Add(node);
            _graph.Remove(node);
        }
    }

}
