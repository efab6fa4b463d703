using Octet.Graphs;
using Octet.Kernels;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Lowering;

/// <summary>
/// The nodes behind a convolution or product that its kernel can do on the way, because no other node reads the values between:
/// the addition of a bias or of a residual, then an activation, with the rounding to integer steps before it and behind it.
/// </summary>
sealed class FusedTail
{
    readonly IReadOnlySet<Value> _watched;
    readonly List<Node> _nodes = [];
    readonly List<FloatMap> _maps = [];

    FusedTail(Node head, IReadOnlySet<Value> watched)
    {
        _watched = watched;
        _nodes.Add(head);
        Output = head.Output;
    }

    /// <summary>The node itself, and those that it takes over.</summary>
    public IReadOnlyList<Node> Nodes => _nodes;

    /// <summary>What the last of the nodes makes.</summary>
    public Value Output { get; private set; }

    /// <summary>Added before the activation, element by element; null for none.</summary>
    public Value? Residual { get; private set; }

    /// <summary>Added before the activation, one element for each index of the last dimension; null for none.</summary>
    public Tensor? Bias { get; private set; }

    public Limits Limits { get; private set; } = Limits.None;

    /// <summary>Applied to what the limits leave; null for nothing.</summary>
    public FloatMap? Activation => _maps.Count < 2 ? _maps.FirstOrDefault() : (x, y) =>
    {
        _maps[0](x, y);
        for (var i = 1; i < _maps.Count; i++) _maps[i](y[..x.Length], y);
    };

    /// <param name="head">The convolution or product.</param>
    /// <param name="watched">Values that must be made because they are watched.</param>
    /// <param name="isBias">Whether a value can be added as a bias to what the head makes; null where none can.</param>
    /// <param name="isResidual">Whether a value can be added as a residual; null where none can.</param>
    public static FusedTail Of(Node head, IReadOnlySet<Value> watched, Func<Value, bool>? isBias = null,
        Func<Value, bool>? isResidual = null)
    {
        var tail = new FusedTail(head, watched);
        if (isBias is not null) tail.Bias = tail.TakeAddend(isBias)?.Constant;
        if (isResidual is not null) tail.Residual = tail.TakeAddend(isResidual);
        tail.TakeRounding();
        tail.TakeActivation();
        tail.TakeRounding();
        return tail;
    }

    /// <summary>What the next node adds, if it is an addition that can be taken.</summary>
    Value? TakeAddend(Func<Value, bool> isSuitable)
    {
        if (Next() is not { Operator: Add } add) return null;
        var addend = add.Inputs[0] == Output ? add.Inputs[1]! : add.Inputs[0]!;
        if (addend == Output || !isSuitable(addend)) return null;
        Take(add);
        return addend;
    }

    void TakeActivation()
    {
        if (Next() is { } next)
        {
            if (_maps.Count == 0 && next.Limits is { } limits) Limits = new(limits.Low, limits.High);
            else if (next.Operator is UnaryOperator function) _maps.Add(function.Map);
            else return;
            Take(next);
        }
        else if (Output.Consumers is [{ Outputs: [not null] } first, { Outputs: [not null] } second] && !IsSeen(Output))
        {
            if (!TakeGate(first, second) && !TakeGate(second, first)) TakeGelu();
        }
    }

    void TakeGelu()
    {
        if (new GeluChain(Only).From(Output) is not { } chain) return;
        _maps.Add(new Gelu(ByTanh: false).Map);
        foreach (var node in chain) Take(node);
    }

    /// <summary><c>x · f(x)</c>, with f(x) rounded or not; with a sigmoid that is what exporters write for SiLU.</summary>
    bool TakeGate(Node gate, Node product)
    {
        if (gate.Operator is not UnaryOperator function || product.Operator is not Mul) return false;
        var rounding = Only(gate.Output) is { Operator: FakeQuantize { Parameters.Axis: null } } between ? between : null;
        if (Only((rounding ?? gate).Output) != product) return false;

        _maps.Add(function is Sigmoid && rounding is null ? new Swish(Alpha: 1).Map : Gate(function, (FakeQuantize?)rounding?.Operator));
        Take(gate);
        if (rounding is not null) Take(rounding);
        Take(product);
        return true;
    }

    static FloatMap Gate(UnaryOperator function, FakeQuantize? rounding) => (x, y) =>
    {
        const int Chunk = 2048;
        using var scratch = new Scratch<float>(Math.Min(Chunk, x.Length));
        for (var start = 0; start < x.Length; start += Chunk)
        {
            var own = x[start..Math.Min(start + Chunk, x.Length)];
            var factors = scratch.Span[..own.Length];
            function.Map(own, factors);
            rounding?.Map(factors, factors);
            ElementWise.Map(own, factors, y.Slice(start, own.Length), default(Mul.Product<float>));
        }
    };

    /// <summary>Rounding by one scale, which asks nothing of where an element lies.</summary>
    void TakeRounding()
    {
        if (Next() is not { Operator: FakeQuantize { Parameters.Axis: null } rounding } next) return;
        _maps.Add(rounding.Map);
        Take(next);
    }

    /// <summary>The only reader of what comes out so far; null if there are others, or it is watched.</summary>
    Node? Next() => Only(Output);

    Node? Only(Value value) => value.Consumers is [{ Outputs: [not null] } only] && !IsSeen(value) ? only : null;

    bool IsSeen(Value value) => value.IsGraphOutput || _watched.Contains(value);

    void Take(Node node)
    {
        _nodes.Add(node);
        Output = node.Output;
    }
}
