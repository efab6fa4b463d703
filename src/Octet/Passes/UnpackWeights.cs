using Octet.Graphs;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Passes;

/// <summary>Makes floats of weights that are stored as integers, in a model that computes in floats: it was made small, not quantized. A
/// model that rounds its values too stays as it is.</summary>
sealed class UnpackWeights : IGraphPass
{
    public string Name => "unpack-weights";

    public int Apply(Graph graph)
    {
        var stored = graph.Find<DequantizeLinear>().Where(IsStored).ToArray();
        if (stored.Length == 0 || IntegerNodes(graph) > stored.Length) return 0;
        foreach (var node in stored) Unpack(graph, node);
        return stored.Length;
    }

    static bool IsStored(Node node) =>
        node.Inputs.All(input => input is null or { Constant: not null }) && node.Outputs is [{ IsGraphOutput: false }];

    static int IntegerNodes(Graph graph) => graph.Nodes.Sum(
        node => (node.Operator.IntegerUse == IntegerUse.None ? 0 : 1) + node.Subgraphs().Sum(IntegerNodes));

    static void Unpack(Graph graph, Node node)
    {
        Tensor[] inputs = [.. node.Inputs.Select(input => input?.Constant!)];
        var infos = inputs.Select(input => input is null ? null! : TensorInfo.Of(input)).ToArray();
        try
        {
            var info = node.Operator.InferChecked(infos)[0];
            var weights = new Tensor(info.Type, info.Shape);
            ReducedPrecision.Run(node.Operator, inputs, [weights]);
            var output = node.Output;
            graph.Remove(node);
            graph.ReplaceUses(output, graph.AddConstant(output.Name, weights));
        }
        catch (OctetException problem)
        {
            throw NodeException.During(node, infos, problem);
        }
    }
}
