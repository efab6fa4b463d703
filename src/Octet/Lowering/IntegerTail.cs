using Octet.Graphs;
using Octet.Kernels;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Lowering;

/// <summary>
/// The nodes behind an integer convolution that its kernel can do on the way, because no other node reads the values between: a table, or
/// an addition or product.
/// </summary>
sealed class IntegerTail
{
    readonly List<Node> _nodes;
    IByteTail? _tail;

    IntegerTail(Node head) => (_nodes, Output) = ([head], head.Output);

    /// <summary>The convolution, and the nodes that it takes over.</summary>
    public IReadOnlyList<Node> Nodes => _nodes;

    /// <summary>What the last of the nodes makes.</summary>
    public Value Output { get; private set; }

    /// <summary>What happens to the outputs of the convolution; null for nothing.</summary>
    public IByteTail? Tail => _tail;

    /// <summary>The second operand of an addition or product; null for none.</summary>
    public Value? Other { get; private set; }

    /// <param name="head">The convolution.</param>
    /// <param name="infos">What is known of the values.</param>
    /// <param name="watched">Values that must be made because they are watched.</param>
    /// <param name="isOther">Whether a value can be the second operand.</param>
    public static IntegerTail Of(Node head, IReadOnlyDictionary<Value, TensorInfo> infos, IReadOnlySet<Value> watched, Func<Value,
        bool> isOther)
    {
        var tail = new IntegerTail(head);
        if (head.Output.Consumers is not [{ Outputs: [not null] } next] || head.Output.IsGraphOutput || watched.Contains(head.Output))
        {
            return tail;
        }
        if (next.Operator is TableLookup lookup) tail.Take(next, lookup.Table, null);
        else if (next.Operator is QLinearBinary binary) tail.TakeBinary(next, binary, infos, isOther);
        return tail;
    }

    void TakeBinary(Node next, QLinearBinary binary, IReadOnlyDictionary<Value, TensorInfo> infos, Func<Value, bool> isOther)
    {
        var isFirst = next.Inputs[0] == Output;
        var other = next.Inputs[isFirst ? 3 : 0]!;
        if (other == Output || !isOther(other)) return;
        var prepared = (QLinearBinary)binary.PreparedFor([.. next.Inputs.Select(input => input is null ? null! : infos[input])]);
        if (prepared.Prepared is { } arithmetic) Take(next, isFirst ? arithmetic : new SecondOperand(arithmetic), other);
    }

    void Take(Node node, IByteTail tail, Value? other)
    {
        _nodes.Add(node);
        (Output, _tail, Other) = (node.Output, tail, other);
    }

    /// <summary>The outputs are the second operand: sums of floats that are rounded have other bits in the other order.</summary>
    sealed class SecondOperand(IByteArithmetic arithmetic) : IByteTail
    {
        public unsafe void Run(byte* y, byte* other, int count) => arithmetic.Run(other, y, y, count);
    }
}
