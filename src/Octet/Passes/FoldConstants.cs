using Octet.Graphs;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Passes;

/// <summary>Computes each node that reads nothing but constants, once and for all, and keeps its result as a constant of the same name,
/// where that is cheap.</summary>
public sealed class FoldConstants : IGraphPass
{
    /// <summary>A result larger than this stays computed on each run: a small file must not grow without bounds.</summary>
    const long MaxBytes = 64 << 20;

    /// <summary>All results together; weights that become float32 may grow fourfold.</summary>
    static long MaxBytesInAll(long constantBytes) => (256 << 20) + 4 * constantBytes;

    /// <summary>Elementary steps of all nodes together, about a second: what takes longer stays in the graph. Weights may be unpacked,
    /// turned and scaled.</summary>
    static double MaxWorkInAll(long constantBytes) => (1 << 30) + 64.0 * constantBytes;

    /// <inheritdoc/>
    public string Name => "fold-constants";

    /// <summary>
    /// Whether weights that are stored as integers become floats: right before a run, wrong before saving, because they are what makes a
    /// quantized model's file small.
    /// </summary>
    public bool UnpackWeights { get; init; }

    /// <inheritdoc/>
    public int Apply(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var constantBytes = graph.Constants.Sum(constant => OperandMemory.Of(constant.Constant!));
        var (folded, bytesLeft, workLeft) = (0, MaxBytesInAll(constantBytes), MaxWorkInAll(constantBytes));
        foreach (var node in graph.Nodes.ToArray())
        {
            if (node.Operator is DequantizeLinear && !UnpackWeights) continue;
            if (node.Operator is UnsupportedOperator || node.Captures.Count > 0 || node.Subgraphs().Any()) continue;
            if (node.Inputs.Any(input => input is { Constant: null }) || node.Outputs.Any(output => output is { IsGraphOutput: true }))
                continue;
            if (Compute(node, Math.Min(MaxBytes, bytesLeft), ref workLeft) is not { } results) continue;
            bytesLeft -= results.Sum(OperandMemory.Of);

            var outputs = node.Outputs.ToArray();
            graph.Remove(node);
            foreach (var (output, result) in outputs.Zip(results))
            {
                if (output is not null) graph.ReplaceUses(output, graph.AddConstant(output.Name, result));
            }
            folded++;
        }
        return folded;
    }

    static Tensor[]? Compute(Node node, long maxBytes, ref double workLeft)
    {
        var inputs = node.Inputs.Select(input => input?.Constant!).ToArray();
        var infos = inputs.Select(input => input is null ? null! : TensorInfo.Of(input)).ToArray();
        try
        {
            var outputs = node.Operator.InferChecked(infos);
            if (outputs.Any(output => !output.Shape.IsKnown) || outputs.Length < node.Outputs.Count) return null;
            if (outputs.Any(output => OperandMemory.Of(output, inputs) > maxBytes)) return null;
            var work = node.Operator.Work(infos, outputs);
            if (work > workLeft) return null;
            workLeft -= work;
            if (outputs.All(output => output.Value is not null)) return [.. outputs.Select(output => output.Value!)];

            var results = outputs.Select(output => new Tensor(output.Type, output.Shape)).ToArray();
            ReducedPrecision.Run(node.Operator, inputs, results);
            return results;
        }
        catch (OctetException problem)
        {
            throw NodeException.During(node, infos, problem);
        }
    }
}
