using Octet.Graphs;
using Octet.Kernels;
using Octet.Numerics;
using Octet.Operators;

namespace Octet.Lowering;

/// <summary>A node, the limiting activations behind it, and the rounding behind these, whose values between are not read
/// elsewhere.</summary>
sealed class IntegerUnit
{
    readonly List<Node> _nodes = [];
    float _low = float.NegativeInfinity;
    float _high = float.PositiveInfinity;

    public IReadOnlyList<Node> Nodes => _nodes;

    public Node Rounding => _nodes[^1];

    /// <returns>Null where something else follows.</returns>
    public static IntegerUnit? Of(Node head)
    {
        var unit = new IntegerUnit();
        unit._nodes.Add(head);
        for (var value = head.Output; value is { IsGraphOutput: false, Consumers: [{ Outputs: [{ } output] } next] }; value = output)
        {
            unit._nodes.Add(next);
            if (next.Operator is QuantizeLinear) return unit;
            if (next.Limits is not { } limits) return null;
            (unit._low, unit._high) = (Math.Clamp(limits.Low, unit._low, unit._high), Math.Clamp(limits.High, unit._low, unit._high));
        }
        return null;
    }

    /// <summary>The integers of the limits: rounding keeps the order, so limits may come before it or after it.</summary>
    /// <param name="width">Steps of the integers.</param>
    /// <param name="own">Limits of the first node itself; null for none.</param>
    public IntegerBounds Bounds(StepWidth width, ValueRange? own = null)
    {
        var (low, high) = width.Limits;
        var limits = own ?? ValueRange.Unlimited;
        return new(Integer(Math.Clamp(limits.Low, _low, _high)), Integer(Math.Clamp(limits.High, _low, _high)));

        int Integer(float real) => LinearQuantizer.Quantize(real, width.Scale, width.ZeroPoint, low, high);
    }
}
