using Octet.Graphs;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Passes;

/// <summary>
/// A normalization that is written in single operators: statistics of a value, the root of a mean of squares, and the value divided by it.
/// Layer, instance and group normalization are so, and with nothing subtracted RMS and L2 normalization; the mean of squares may be that of
/// <c>x − mean(x)</c>, of <c>x</c>, or <c>mean(x²) − mean(x)²</c>.
/// </summary>
/// <remarks>
/// Planning leaves all of it in floats, for squares and small variances have no scale that suits both, and what divides by them blows their
/// rounding up; running makes one operator of those that it has one for (<see cref="Lowering.LayerNormalizationChain"/>).
/// </remarks>
sealed class WrittenNormalization
{
    /// <summary>More single numbers than any exporter puts between a mean and its root.</summary>
    const int MaxSteps = 6;

    /// <summary>More than any exporter writes; files can be hostile.</summary>
    const int MaxNodes = 40;

    readonly HashSet<Node> _nodes = [];

    /// <summary>Values with one number for each row, scales and shifts of channels included.</summary>
    readonly HashSet<Value> _statistics = [];

    /// <summary>Values like the input, with how many of scale and shift were applied to them.</summary>
    readonly Dictionary<Value, int> _normalized = [];

    WrittenNormalization(Node root) => Root = root;

    /// <summary>What makes a standard deviation of a mean of squares.</summary>
    public Node Root { get; }

    /// <summary>What is normalized.</summary>
    public Value Input { get; private set; } = null!;

    /// <summary>What makes the mean that is subtracted from the input; null if there is none, or it is subtracted elsewhere.</summary>
    public Node? Mean { get; private set; }

    /// <summary>What subtracts the mean from the input; as <see cref="Mean"/>.</summary>
    public Node? Centered { get; private set; }

    /// <summary>What squares, and what takes the mean of squares.</summary>
    public (Node Square, Node Mean) Variance { get; private set; }

    /// <summary>Whether its mean of squares goes along the last axis, as in layer normalization of rows.</summary>
    public bool IsOfRows => Variance.Mean.Operator is not GlobalAveragePool && Input.Shape is { Rank: 2 or 3 };

    /// <summary>All nodes that belong to it, in no order.</summary>
    public IReadOnlySet<Node> Nodes => _nodes;

    /// <summary>All of a graph, in its order.</summary>
    public static IEnumerable<WrittenNormalization> In(Graph graph) =>
        graph.Nodes.Where(IsRoot).Select(root => new WrittenNormalization(root)).Where(normalization => normalization.Find());

    /// <summary>
    /// What had better stay in floats for the sake of normalizations: all written ones, and the sums, with biases and scales of channels,
    /// that nothing but normalizations and other such sums read. These are the residual streams of transformers, whose few large channels
    /// leave 8 bits nothing for the others; the normalization makes up for them.
    /// </summary>
    public static IReadOnlySet<Node> FloatPartsOf(Graph graph)
    {
        var parts = In(graph).SelectMany(normalization => normalization.Nodes).ToHashSet();
        foreach (var node in graph.Nodes.Reverse())
        {
            var isSum = node.Operator is Add || node.Operator is Mul && node.Inputs.Any(input => input?.Constant is not null);
            if (isSum && node.Output.Consumers.Count > 0
                    && node.Output.Consumers.All(
                        reader => parts.Contains(reader) || reader.Operator is { IsNormalization: true } and not BatchNormalization))
                parts.Add(node);
        }
        return parts;
    }

    static bool IsRoot(Node node) =>
        node.Operator is Sqrt
        || node.Operator is Pow && node.InputOrNull(1)?.Constant is { Length: 1 } power && Math.Abs(NumberIn(power)) == 0.5;

    bool Find()
    {
        if (SourceOfVariance(Root.Inputs[0]!) is not { } input) return false;
        Input = input;
        _nodes.Add(Root);
        _statistics.Add(Root.Output);
        return FollowStatistics();
    }

    /// <summary>The value whose mean of squares this is, up to factors and a small number that is added; null if it is none.</summary>
    Value? SourceOfVariance(Value variance)
    {
        var sum = WithoutConstants(variance);
        if (sum.Producer is { Operator: Sub } difference)
        {
            // mean(x²) − mean(x)²
            if (SourceOfMean(difference.Inputs[0]!) is not { } mean || SourceOfSquare(mean.Of) is not { } square) return null;
            if (SourceOfSquare(WithoutConstants(difference.Inputs[1]!)) is not { } squared || SourceOfMean(squared.Of) is not { } other
                    || other.Of != square.Of) return null;
            Take(difference, mean.Node, squared.Node, other.Node);
            _nodes.Add(square.Node);
            Variance = (square.Node, mean.Node);
            return square.Of;
        }
        if (SourceOfMean(sum) is not { } of || SourceOfSquare(of.Of) is not { } squares) return null;
        Take(of.Node);
        _nodes.Add(squares.Node);
        Variance = (squares.Node, of.Node);
        if (squares.Of.Producer is not { Operator: Sub } centered || SourceOfMean(centered.Inputs[1]!) is not { } center
                || center.Of != centered.Inputs[0]) return squares.Of;

        (Mean, Centered) = (center.Node, centered);
        Take(center.Node);
        _nodes.Add(centered);
        _normalized[centered.Output] = 0;
        return center.Of;
    }

    void Take(params ReadOnlySpan<Node> makers)
    {
        foreach (var node in makers)
        {
            _nodes.Add(node);
            _statistics.Add(node.Output);
        }
    }

    /// <summary>What follows from statistics, the input and constants alone, up to one scale and one shift of the result.</summary>
    bool FollowStatistics()
    {
        var fromRoot = new HashSet<Value> { Root.Output };
        var isDivided = false;
        var open = new Queue<Node>(_statistics.Concat(_normalized.Keys).SelectMany(value => value.Consumers));
        while (open.TryDequeue(out var node) && _nodes.Count < MaxNodes)
        {
            if (_nodes.Contains(node)
                    && node.Outputs.OfType<Value>().Any(made => _statistics.Contains(made) || _normalized.ContainsKey(made))
                    || !Joins(node)) continue;
            _nodes.Add(node);
            if (node.Inputs.OfType<Value>().Any(fromRoot.Contains))
            {
                isDivided |= _normalized.ContainsKey(node.Output);
                fromRoot.Add(node.Output);
            }
            foreach (var reader in node.Output.Consumers) open.Enqueue(reader);
        }
        return isDivided;
    }

    bool Joins(Node node)
    {
        if (node.Operator is not (Add or Sub or Mul or Div or Reciprocal or Neg) || node.Outputs is not [{ } output]) return false;
        var inputs = node.Inputs.OfType<Value>().ToArray();
        var rows = inputs.Count(_statistics.Contains);
        var wholes = inputs.Where(input => input == Input || _normalized.ContainsKey(input)).ToArray();
        if (wholes.Length > 1 || rows + wholes.Length + inputs.Count(input => input.Constant is not null) < inputs.Length) return false;
        if (wholes is [])
        {
            _statistics.Add(output);
            return true;
        }
        var applied = _normalized.GetValueOrDefault(wholes[0], -1);
        if (rows == 0)
        {
            // A scale and then a shift for each channel belong to it; what comes after does not.
            var next = node.Operator is Mul or Div ? 1 : 2;
            if (applied < 0 || applied >= next) return false;
            applied = next;
        }
        _normalized[output] = Math.Max(0, applied);
        return true;
    }

    /// <summary>The value before single numbers were added to it, multiplied with it or held against it.</summary>
    Value WithoutConstants(Value value)
    {
        for (var steps = 0; steps < MaxSteps; steps++)
        {
            if (value.Producer is not { Operator: Add or Sub or Mul or Div or Max or Clip or Relu } node) break;
            if (node.Inputs.OfType<Value>().Where(input => input.Constant is not { Length: 1 }).ToArray() is not [var only]) break;
            if (node.Operator is not (Add or Mul or Max) && node.Inputs[0] != only) break;
            Take(node);
            value = only;
        }
        return value;
    }

    (Node Node, Value Of)? SourceOfMean(Value value) =>
        WithoutConstants(value).Producer is { Operator: ReduceMean or ReduceSum or GlobalAveragePool } node
        ? (node, node.Inputs[0]!) : null;

    static (Node Node, Value Of)? SourceOfSquare(Value value) => value.Producer switch
    {
        { Operator: Mul } node when node.Inputs[0] == node.Inputs[1] => (node, node.Inputs[0]!),
        { Operator: Pow } node when node.Inputs[1]?.Constant is { Length: 1 } power && NumberIn(power) == 2 => (node, node.Inputs[0]!),
        _ => null,
    };

    static double NumberIn(Tensor constant) => constant.Type switch
    {
        DataType.Float32 => constant.Floats[0],
        DataType.Int32 or DataType.Int64 => constant.Integer(),
        _ => double.NaN,
    };
}
