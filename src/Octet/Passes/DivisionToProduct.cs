using Octet.Graphs;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Passes;

/// <summary>Turns each division by a constant into a multiplication by its reciprocal, which integer runtimes compute in integers and
/// floats compute faster.</summary>
/// <remarks>Where the constant is no power of two, the last bit of a result may differ. Constants whose reciprocals are no normal numbers
/// stay.</remarks>
sealed class DivisionToProduct : IGraphPass
{
    public string Name => "division-to-product";

    public int Apply(Graph graph)
    {
        var changed = 0;
        foreach (var node in graph.Find<Div>())
        {
            if (node.Inputs[1]?.Constant is not { Type: DataType.Float32, Length: > 0 } divisor || node.Inputs[0]?.Constant is not null)
                continue;
            var reciprocals = Tensor.Of(divisor.Shape, [.. divisor.Floats.ToArray().Select(number => 1 / number)]);
            if (!reciprocals.Floats.ToArray().All(float.IsNormal)) continue;
            var factor = graph.AddConstant(graph.UniqueName($"{node.Inputs[1]!.Name}_reciprocal"), reciprocals);
            UpgradeOpset.Renew(node, "Mul", [node.Inputs[0], factor], node.Attributes);
            changed++;
        }
        return changed;
    }
}
