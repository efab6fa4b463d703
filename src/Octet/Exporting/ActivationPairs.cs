using Octet.Graphs;
using Octet.Operators;
using Octet.Planning;
using Octet.Tensors;

namespace Octet.Exporting;

/// <summary>
/// Where an activation is joined to its layer, but the integers behind it reach past its limits, makes the same integers in front of it
/// too. So the layer is computed in integers, and the values stay as they were: limits cut the same whether values are rounded before or
/// not, and rounding twice to the same steps is rounding once.
/// </summary>
/// <remarks>Symmetric integers behind a ReLU, and scales of powers of two behind a Clip, are such.</remarks>
static class ActivationPairs
{
    /// <summary>What a limit may be missed by, as a share: the last bit of a scale times 255.</summary>
    const float Tolerance = 1e-6f;

    public static void Complete(Graph graph, Target target)
    {
        foreach (var node in graph.Find<FakeQuantize>())
        {
            if (node.Inputs[0]!.Producer is not { } activation || !target.JoinedActivations.Contains(activation.OpType)) continue;
            if (activation.Inputs[0] is not { Consumers.Count: 1, IsGraphOutput: false, Producer: { } layer }
                    || layer.InputOrNull(0)?.Producer?.Operator is not FakeQuantize) continue;
            var rounding = (FakeQuantize)node.Operator;
            if (rounding.Parameters.Axis is not null
                    || IsRedundant(activation, [rounding.Parameters.RangeOf(0).Low, rounding.Parameters.RangeOf(0).High])) continue;
            var sum = activation.Inputs[0]!;
            Rewiring.InsertBehind(sum, rounding, $"{sum.Name}_quantizer", ("float", "dequantized"), domain: FakeQuantize.DomainName);
        }
    }

    /// <summary>Whether the activation leaves the ends of the range as they are, and with them, since it only cuts, all between.</summary>
    static bool IsRedundant(Node activation, ReadOnlySpan<float> ends)
    {
        var limits = activation.Inputs.Skip(1).Select(limit => limit?.Constant).ToArray();
        if (activation.Inputs.Skip(1).Zip(limits).Any(limit => limit.First is not null && limit.Second is null)) return false;
        var (given, made) = (Tensor.Of([ends.Length], ends), new Tensor(DataType.Float32, [ends.Length]));
        activation.Operator.Run([given, .. limits!], [made]);
        return Math.Abs(made.Floats[0] - ends[0]) <= Tolerance * Math.Abs(ends[0])
            && Math.Abs(made.Floats[1] - ends[1]) <= Tolerance * Math.Abs(ends[1]);
    }
}
