using Octet.Graphs;
using Octet.Operators;
using Octet.Passes;
using Octet.Tensors;

namespace Octet.Lowering;

/// <summary>
/// The nodes that exporters write for a layer normalization before opset 17: <c>(x − mean) / sqrt(mean((x − mean)²) + epsilon)</c> along
/// the last axis, then a scale and a bias if there are some: those of <see cref="WrittenNormalization"/> that one operator computes.
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

    /// <param name="written">A normalization of the graph.</param>
    /// <param name="isMeanOfRow">Whether a node is the mean along the last axis, which stays with extent 1.</param>
    /// <param name="isSeen">Whether a value is watched.</param>
    /// <returns>Null where it is another kind of normalization, or where other nodes read the values between.</returns>
    public static LayerNormalizationChain? Of(WrittenNormalization written, Func<Node, bool> isMeanOfRow, Func<Value, bool> isSeen)
    {
        var chain = new LayerNormalizationChain(isSeen);
        return chain.Take(written, isMeanOfRow) ? chain : null;
    }

    bool Take(WrittenNormalization written, Func<Node, bool> isMeanOfRow)
    {
        if (written is not { Mean: { } mean, Centered: { } centered, Root: { Operator: Sqrt } root, Variance: var (square, variance) })
            return false;
        if (!isMeanOfRow(mean) || !isMeanOfRow(variance) || Only(mean.Output) != centered || Only(square.Output) != variance
                || _isSeen(centered.Output)) return false;
        if (centered.Output.Consumers.Distinct().ToArray() is not [{ Outputs: [not null] } one, { Outputs: [not null] } other]
                || one != square && other != square) return false;

        if (Only(variance.Output) is not { Operator: Add } sum
                || OtherThan(sum, variance.Output) is not { Constant: { Type: DataType.Float32, Length: 1, Shape.Rank: <= 1 } epsilon })
            return false;
        var quotient = one == square ? other : one;
        if (Only(sum.Output) != root || Only(root.Output) != quotient) return false;
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

    static Value OtherThan(Node node, Value operand) => node.Inputs[0] == operand ? node.Inputs[1]! : node.Inputs[0]!;

    /// <summary>Whether a value is a constant that every row is given alike.</summary>
    static bool IsOfRow(Value value) => value.Constant is { Type: DataType.Float32, Shape.Rank: <= 1, Length: > 0 };

    Node? Only(Value value) => value.Consumers is [{ Outputs: [not null] } only] && !_isSeen(value) ? only : null;
}
