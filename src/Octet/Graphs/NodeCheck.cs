using Octet.Operators;
using Octet.Tensors;

namespace Octet.Graphs;

/// <summary>
/// What can be said of a node before shapes are known: whether it has the inputs and outputs that its operator needs, and whether its
/// constants can be. Passes, planner and lowering rely on it.
/// </summary>
static class NodeCheck
{
    public static IEnumerable<string> Problems(Node node)
    {
        var op = node.Operator;
        if (Refusal(() => op.CheckRequired([.. node.Inputs.Select(input => input is null ? null! : Something)])) is { } refusal)
            yield return $"{Describe(node)}: {refusal}";
        if (!node.Outputs.Any(output => output is not null)) yield return $"{Describe(node)} has no output";
        else if (node.Outputs[0] is null && !op.MayOmitFirstOutput)
            yield return $"{Describe(node)} leaves its first output out, which {op.OpType} always gives";
        if (node.Inputs.Count > op.MaxInputs)
            yield return $"{Describe(node)} has {node.Inputs.Count} inputs, but {op.OpType} takes at most {op.MaxInputs}";
        if (node.Outputs.Count > op.MaxOutputs)
            yield return $"{Describe(node)} has {node.Outputs.Count} outputs, but {op.OpType} gives at most {op.MaxOutputs}";
    }

    /// <summary>Of nodes that have the inputs that they need.</summary>
    public static IEnumerable<string> ConstantProblems(Node node)
    {
        if (Refusal(() =>
            node.Operator.CheckConstants(
                [.. node.Inputs.Select(input => input?.Constant is { } constant ? TensorInfo.Of(constant) : null)])) is { } refusal)
            yield return $"{Describe(node)}: {refusal}";
    }

    /// <summary>What a check says; null where nothing is wrong.</summary>
    static string? Refusal(Action check)
    {
        try
        {
            check();
            return null;
        }
        catch (OctetException problem)
        {
            return problem.Message;
        }
    }

    static string Describe(Node node) => node.Name.Length > 0 ? $"node '{node.Name}' ({node.OpType})" : $"node {node.Label}";

    static readonly TensorInfo Something = new(DataType.Undefined, Shape.Unknown);
}
