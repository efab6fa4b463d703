using Octet.Graphs;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Passes;

/// <summary>Computes each node that reads nothing but constants, once and for all, and keeps its result as a constant of the same name,
/// where that is cheap and does not replace a few nodes by a large table.</summary>
public sealed class FoldConstants : IGraphPass
{
    /// <summary>A result larger than this stays computed on each run: a small file must not grow without bounds.</summary>
    const long MaxBytes = 64 << 20;

    /// <summary>What is not larger than this is no table.</summary>
    const long MinTableBytes = 16 << 10;

    /// <summary>A table is worth its room in the file where it is not so many times larger than the constants that it follows from: weights
    /// that become float32 are twice as large, those of four bits eight times.</summary>
    const long MaxGrowth = 8;

    /// <summary>Tables that follow from more nodes than this are kept, as it would be long to look whether they are worth it.</summary>
    const int MaxNodesOfTable = 64;

    /// <summary>All results together; weights that become float32 may grow fourfold. What only runs may take more than what is
    /// written.</summary>
    long MaxBytesInAll(long constantBytes) => (UnpackWeights ? 256L << 20 : 64L << 20) + 4 * constantBytes;

    /// <summary>Elementary steps of all nodes together, about a second: what takes longer stays in the graph. Weights may be unpacked,
    /// turned and scaled.</summary>
    static double MaxWorkInAll(long constantBytes) => (1 << 30) + 64.0 * constantBytes;

    /// <inheritdoc/>
    public string Name => "fold-constants";

    /// <summary>
    /// Whether weights that are stored as integers become floats, and tables may be large: right before a run, wrong before saving,
    /// because they are what makes a model's file small.
    /// </summary>
    public bool UnpackWeights { get; init; }

    /// <inheritdoc/>
    public int Apply(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var results = Compute(graph);
        var kept = UnpackWeights ? [] : Tables(results);
        var folded = 0;
        foreach (var (node, tensors) in results.Nodes)
        {
            if (kept.Contains(node)) continue;
            var outputs = node.Outputs.ToArray();
            graph.Remove(node);
            foreach (var (output, result) in outputs.Zip(tensors))
            {
                if (output is not null) graph.ReplaceUses(output, graph.AddConstant(output.Name, result));
            }
            folded++;
        }
        return folded;
    }

    /// <summary>All results that are cheap to have, in the order of the graph.</summary>
    Results Compute(Graph graph)
    {
        var constantBytes = graph.Constants.Sum(constant => OperandMemory.Of(constant.Constant!));
        var (results, bytesLeft, workLeft) = (new Results(), MaxBytesInAll(constantBytes), MaxWorkInAll(constantBytes));
        foreach (var node in graph.Nodes)
        {
            if (node.Operator is DequantizeLinear && !UnpackWeights) continue;
            if (node.Operator is UnsupportedOperator || node.Captures.Count > 0 || node.Subgraphs().Any()) continue;
            if (node.Inputs.Any(input => input is not null && results.Of(input) is null)
                || node.Outputs.Any(output => output is { IsGraphOutput: true })) continue;
            Tensor?[] inputs = [.. node.Inputs.Select(input => input is null ? null : results.Of(input))];
            if (Compute(node, inputs!, Math.Min(MaxBytes, bytesLeft), ref workLeft) is not { } tensors) continue;
            bytesLeft -= tensors.Sum(OperandMemory.Of);
            results.Add(node, tensors);
        }
        return results;
    }

    static Tensor[]? Compute(Node node, Tensor[] inputs, long maxBytes, ref double workLeft)
    {
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

    /// <summary>The nodes that make large tables of small constants. Weights of layers are folded whatever they follow from, for only
    /// constants become integers.</summary>
    static HashSet<Node> Tables(Results results)
    {
        var kept = new HashSet<Node>();
        foreach (var (node, tensors) in results.Nodes)
        {
            foreach (var (output, tensor) in node.Outputs.Zip(tensors))
            {
                if (output is null || OperandMemory.Of(tensor) is var bytes && bytes <= MinTableBytes) continue;
                var readers = output.Consumers.Where(reader => !results.Holds(reader)).ToArray();
                if (readers.Length == 0 || readers.Any(reader => IsParameter(reader, output))) continue;
                if (Results.Origin(node, MaxNodesOfTable) is { } origin && bytes > MaxGrowth * origin.Bytes + MinTableBytes)
                    kept.UnionWith(origin.Nodes);
            }
        }
        return kept;
    }

    static bool IsParameter(Node reader, Value value) =>
        reader.Operator.Weights is { } facts
        && (reader.InputOrNull(facts.WeightInput) == value || facts.BiasInput is { } bias && reader.InputOrNull(bias) == value);

    /// <summary>What nodes make of constants.</summary>
    sealed class Results
    {
        readonly Dictionary<Value, Tensor> _tensorOf = [];
        readonly HashSet<Node> _nodes = [];
        readonly List<(Node Node, Tensor[] Tensors)> _ordered = [];

        public IReadOnlyList<(Node Node, Tensor[] Tensors)> Nodes => _ordered;

        public bool Holds(Node node) => _nodes.Contains(node);

        /// <summary>The elements of a constant or a result; null where they are not known.</summary>
        public Tensor? Of(Value value) => value.Constant ?? _tensorOf.GetValueOrDefault(value);

        public void Add(Node node, Tensor[] tensors)
        {
            _nodes.Add(node);
            _ordered.Add((node, tensors));
            foreach (var (output, tensor) in node.Outputs.Zip(tensors))
            {
                if (output is not null) _tensorOf[output] = tensor;
            }
        }

        /// <summary>The nodes that a result follows from, and the bytes of the constants that they read; null if there are too
        /// many.</summary>
        public static (IReadOnlySet<Node> Nodes, long Bytes)? Origin(Node node, int maxNodes)
        {
            var (nodes, constants, open) = (new HashSet<Node> { node }, new HashSet<Value>(), new Stack<Node>([node]));
            while (open.TryPop(out var next))
            {
                foreach (var input in next.Inputs.OfType<Value>())
                {
                    if (input.Constant is not null) constants.Add(input);
                    else if (nodes.Add(input.Producer!)) open.Push(input.Producer!);
                }
                if (nodes.Count > maxNodes) return null;
            }
            return (nodes, constants.Sum(constant => OperandMemory.Of(constant.Constant!)));
        }
    }
}
