using Octet.Graphs;
using Octet.Kernels;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Lowering;

/// <summary>Functions of a single 8-bit integer, worked out for all 256 of them by the operators that the graph says.</summary>
sealed class IntegerTables
{
    readonly Dictionary<Value, (Value Root, Tensor Reals)> _functions = [];

    /// <summary>Notes that a real value is read from integers.</summary>
    public void Note(Value real, Value integers, StepWidth width)
    {
        var reals = new Tensor(DataType.Float32, [256]);
        for (var i = 0; i < 256; i++) reals.Floats[i] = width.Real((byte)i);
        _functions[real] = (integers, reals);
    }

    /// <summary>Notes what a node makes, if it computes element by element from one such value and from single constants.</summary>
    public void TryCompute(Node node)
    {
        if (!node.Operator.IsElementwise || node.Outputs is not [{ } output]) return;
        var known = node.Inputs.OfType<Value>().Where(_functions.ContainsKey).Select(value => _functions[value].Root).Distinct().ToArray();
        if (known is not [var root]
            || node.Inputs.Any(input => input is not null && !_functions.ContainsKey(input) && input.Constant is not { Length: 1 })) return;

        var inputs = node.Inputs.Select(input =>
            input is null ? null! : _functions.TryGetValue(input, out var function) ? function.Reals : Scalar(input.Constant!)).ToArray();
        if (Compute(node.Operator, inputs) is { Type: DataType.Float32, Length: 256 } result) _functions[output] = (root, result);
    }

    /// <summary>The function that ends with the rounding of a value.</summary>
    /// <returns>The integers that it reads, and its table; null where the value is no function of one integer.</returns>
    public (Value Root, ByteTable Table)? Round(Value real, StepWidth width)
    {
        if (!_functions.TryGetValue(real, out var function) || function.Root.Constant is not null) return null;
        Span<byte> results = stackalloc byte[256];
        for (var i = 0; i < 256; i++) results[i] = width.Integer(function.Reals.Floats[i]);
        return (function.Root, new(results));
    }

    /// <summary>
    /// Makes one table of tables behind each other, and of operators between integers whose operands all come from one value or are single
    /// constants, as x · sigmoid(x) and x · 0.5.
    /// </summary>
    /// <param name="graph">Changed in place.</param>
    /// <param name="infos">What is known of its values; without it, no constant that has axes is taken in.</param>
    /// <returns>Whether anything was merged; what the tables took in may then be unread.</returns>
    public static bool Merge(Graph graph, IReadOnlyDictionary<Value, TensorInfo>? infos = null)
    {
        var tables = new Dictionary<Value, (Value Root, Tensor Results)>();
        var merges = false;
        foreach (var node in graph.Nodes.ToArray())
        {
            if (node.Outputs is not [{ } output] || node.Operator is not (TableLookup or QLinearBinary)) continue;
            var operands = node.Operator is TableLookup ? node.Inputs : [node.Inputs[0], node.Inputs[3]];
            var roots = operands.Where(operand => !IsSingle(operand!)).Select(operand =>
                tables.TryGetValue(operand!, out var table) ? table.Root : operand!).Distinct().ToArray();
            if (roots is not [{ Constant: null } root] || !SetsShape(root)) continue;

            var type = node.Operator is TableLookup ? DataType.UInt8 : node.InputOrNull(2)?.Constant?.Type ?? DataType.UInt8;
            var inputs = node.Inputs.Select((input, index) => operands.Contains(input) ? ResultsOf(input!) : input?.Constant!).ToArray();
            if (Compute(node.Operator, inputs) is not { Length: 256 } results) continue;
            var isNew = node.Operator is not TableLookup || root != operands[0];
            if (isNew) Rewiring.Replace(node, new TableLookup(new(results.Bytes), results.Type), [root]);
            merges |= isNew;
            tables[output] = (root, results);

            // Single constants with more axes than the value would add axes to the result.
            bool SetsShape(Value root) => operands.All(operand => !IsSingle(operand!) || operand!.Constant!.Shape.Rank == 0
                || (infos?.GetValueOrDefault(root)?.Shape is { IsKnown: true } shape && shape.Rank >= operand.Constant.Shape.Rank));

            Tensor ResultsOf(Value value) => IsSingle(value) ? Scalar(value.Constant!)
                : tables.TryGetValue(value, out var table) ? table.Results : TableLookup.AllIntegers(type);
        }
        return merges;
    }

    static bool IsSingle(Value value) => value.Constant is { Length: 1 };

    static Tensor Scalar(Tensor constant) => constant.Reshape(Shape.Scalar);

    static Tensor? Compute(Operator op, Tensor[] inputs)
    {
        try
        {
            var infos = op.InferChecked([.. inputs.Select(input => input is null ? null! : TensorInfo.Of(input))]);
            var result = new Tensor(infos[0].Type, infos[0].Shape);
            op.RunForTable(inputs, [result]);
            return result;
        }
        catch (OctetException)
        {
            // What the operator refuses it will refuse in the run too, with the node's name.
            return null;
        }
    }
}
