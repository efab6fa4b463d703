using Octet.Tensors;

namespace Octet.Graphs;

/// <summary>A node cannot work with what it is given; the message names the node, its inputs and the reason.</summary>
public sealed class NodeException : OctetException
{
    NodeException(string message, OctetException cause) : base(message, cause) { }

    internal static NodeException During(Node node, IEnumerable<TensorInfo?> inputs, OctetException cause) => new(
        $"Node '{node.Label}' ({node.OpType}) with "
        + $"inputs {string.Join(", ", inputs.Select(input => input?.ToString() ?? "none"))}: {cause.Message}", cause);
}
