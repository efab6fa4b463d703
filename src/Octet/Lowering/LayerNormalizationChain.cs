using Octet.Graphs;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Lowering;

/// <summary>
/// The nodes that exporters write for a layer normalization before opset 17: <c>(x − mean) / sqrt(mean((x − mean)²) + epsilon)</c> along the last axis,
/// then a scale and a bias if there are some.
/// </summary>
sealed class LayerNormalizationChain
{
    readonly List<Node> _nodes = [];
    readonly Func<Value, bool> _isSeen;

    LayerNormalizationChain(Func<Value, bool> isSeen) => _isSeen = isSeen;

    /// <summary>All nodes of the chain, the one that makes the result last.</summary>
    public IReadOnlyList<Node> Nodes => _nodes;

    public float Epsilon { get; private set; }

    /// <summary>One element for all of a row, or one for each; null for none.</summary>
    public Value? Scale { get; private set; }

    /// <summary>As the scale.</summary>
    public Value? Bias { get; private set; }

    /// <param name="mean">Where the chain may begin.</param>
    /// <param name="isMeanOfRow">Whether a node is the mean along the last axis, which stays with extent 1.</param>
    /// <param name="isSeen">Whether somebody outside the graph looks at a value.</param>
    /// <returns>Null where the node begins no such chain, or where others read what lies between.</returns>
    public static LayerNormalizationChain? From(Node mean, Func<Node, bool> isMeanOfRow, Func<Value, bool> isSeen)
    {
        var chain = new LayerNormalizationChain(isSeen);
        return isMeanOfRow(mean) && chain.Take(mean, isMeanOfRow) ? chain : null;
    }

    bool Take(Node mean, Func<Node, bool> isMeanOfRow)
    {
        var x = mean.Inputs[0]!;
        if (Only(mean.Output) is not { Operator: Sub } centered || centered.Inputs[0] != x || centered.Inputs[1] != mean.Output || _isSeen(centered.Output)) return false;
        if (centered.Output.Consumers.Distinct().ToArray() is not [{ Outputs: [not null] } one, { Outputs: [not null] } other]) return false;
        var (square, quotient) = other.Operator is Div ? (one, other) : (other, one);

        if (!IsSquare(square, centered.Output) || Only(square.Output) is not { } variance || !isMeanOfRow(variance)) return false;
        if (Only(variance.Output) is not { Operator: Add } sum || OtherThan(sum, variance.Output) is not { Constant: { Type: DataType.Float32, Length: 1, Shape.Rank: <= 1 } epsilon }) return false;
        if (Only(sum.Output) is not { Operator: Sqrt } root || Only(root.Output) != quotient) return false;
        if (quotient.Operator is not Div || quotient.Inputs[0] != centered.Output || quotient.Inputs[1] != root.Output) return false;

        Epsilon = epsilon.Floats[0];
        _nodes.AddRange([mean, centered, square, variance, sum, root, quotient]);
        if (Only(quotient.Output) is { Operator: Mul } scaling && IsOfRow(OtherThan(scaling, quotient.Output)))
        {
            Scale = OtherThan(scaling, quotient.Output);
            _nodes.Add(scaling);
            if (Only(scaling.Output) is { Operator: Add } shift && IsOfRow(OtherThan(shift, scaling.Output)))
            {
                Bias = OtherThan(shift, scaling.Output);
                _nodes.Add(shift);
            }
        }
        return true;
    }

    static bool IsSquare(Node node, Value x) => node switch
    {
        { Operator: Pow } => node.Inputs[0] == x && node.Inputs[1]!.Constant is { Length: 1, Shape.Rank: <= 1 } power && IsTwo(power),
        { Operator: Mul } => node.Inputs[0] == x && node.Inputs[1] == x,
        _ => false,
    };

    static bool IsTwo(Tensor power) => power.Type switch
    {
        DataType.Float32 => power.Floats[0] == 2,
        DataType.Int32 or DataType.Int64 => power.Integer() == 2,
        _ => false,
    };

    static Value OtherThan(Node node, Value operand) => node.Inputs[0] == operand ? node.Inputs[1]! : node.Inputs[0]!;

    /// <summary>Whether a value is a constant that every row is given alike.</summary>
    static bool IsOfRow(Value value) => value.Constant is { Type: DataType.Float32, Shape.Rank: <= 1, Length: > 0 };

    Node? Only(Value value) => value.Consumers is [{ Outputs: [not null] } only] && !_isSeen(value) ? only : null;
}
