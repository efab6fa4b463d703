using System.Text.RegularExpressions;
using Octet.Graphs;
using Octet.Onnx;
using Octet.Passes;

namespace Octet.Verification;

/// <summary>The graph that ONNX Runtime makes of a model and really runs, read from the file that it writes.</summary>
sealed partial class RuntimeGraph
{
    static readonly HashSet<string> IntegerTypes =
    [
        "QLinearConv", "QLinearMatMul", "QGemm", "ConvInteger", "MatMulInteger", "MatMulIntegerToFloat", "DynamicQuantizeMatMul",
        "DynamicQuantizeLSTM", "QAttention", "MatMulNBits",
    ];

    static readonly HashSet<string> FloatTypes =
    [
        "Conv", "FusedConv", "NhwcFusedConv", "ConvTranspose", "MatMul", "FusedMatMul", "Gemm", "FusedGemm", "TransposeMatMul",
        "LSTM", "GRU", "RNN", "Attention", "MultiHeadAttention",
    ];

    /// <summary>The operators that count as layers in a model that was not optimized.</summary>
    static readonly HashSet<string> LayerTypes =
        ["Conv", "ConvTranspose", "MatMul", "Gemm", "QLinearConv", "QLinearMatMul", "QGemm", "ConvInteger", "MatMulInteger"];

    /// <summary>How far behind a layer its kernel may put out: an addition, an activation and a rounding in two nodes.</summary>
    const int MaxFused = 5;

    readonly Dictionary<string, Node> _byName = [];
    readonly Dictionary<string, Node> _byOutput = [];

    public RuntimeGraph(Graph graph)
    {
        Nodes = graph.Nodes;
        foreach (var node in Nodes.Where(node => IsInteger(node) || IsFloat(node)))
        {
            if (node.Name.Length > 0) _byName.TryAdd(Suffix.Replace(node.Name, ""), node);
            foreach (var output in node.Outputs.OfType<Value>()) _byOutput.TryAdd(output.Name, node);
        }
    }

    /// <param name="path">What ONNX Runtime wrote as its optimized model.</param>
    public static RuntimeGraph Read(string path) => new(OnnxReader.Read(path).Graph);

    /// <summary>All nodes, in the order in which they run.</summary>
    public IReadOnlyList<Node> Nodes { get; }

    /// <summary>The nodes that multiply integers.</summary>
    public IReadOnlyList<Node> Integers => [.. Nodes.Where(IsInteger)];

    /// <summary>The convolutions and products of floats.</summary>
    public IReadOnlyList<Node> Floats => [.. Nodes.Where(IsFloat)];

    /// <summary>Nodes that convert between floats and integers while the model runs.</summary>
    public int Conversions => Nodes.Count(node => node.OpType is "QuantizeLinear" or "DequantizeLinear" or "DynamicQuantizeLinear");

    /// <summary>Whether a node counts as a layer in a model that was not optimized.</summary>
    public static bool IsLayer(Node node) => LayerTypes.Contains(node.OpType);

    /// <summary>Whether nodes of a type are what layers become.</summary>
    public static bool IsKernelOfLayers(string type) => IntegerTypes.Contains(type) || FloatTypes.Contains(type);

    /// <summary>What became of the layers of the model that was loaded.</summary>
    /// <param name="graph">As it is in the file.</param>
    public IReadOnlyList<RuntimeLayer> LayersOf(Graph graph)
    {
        var constantParts = ConstantParts.Of(graph);
        return [.. graph.Nodes.Where(IsLayer).Select(node => LayerOf(node, constantParts.Contains(node)))];
    }

    RuntimeLayer LayerOf(Node node, bool isConstant)
    {
        var (name, kernel) = (node.Name.Length > 0 ? node.Name : node.Output.Name, KernelOf(node));
        return kernel switch
        {
            null when isConstant => new(name, node.OpType, LayerExecution.Folded, "", "its inputs are constant"),
            null => new(name, node.OpType, LayerExecution.Unknown, "",
                "no node of the runtime's graph can be told to be it: it was merged with others, or nothing reads what it computes"),
            _ when IsInteger(kernel) => new(name, node.OpType, LayerExecution.Integer, kernel.OpType, null),
            _ => new(name, node.OpType, LayerExecution.Float, kernel.OpType, FloatReason.Of(node)),
        };
    }

    /// <summary>ONNX Runtime keeps the name of the node, or else takes that of the last value of what it fused, for the node or its
    /// output.</summary>
    Node? KernelOf(Node node)
    {
        if (node.Name.Length > 0 && _byName.TryGetValue(node.Name, out var named)) return named;
        var value = node.Output;
        for (var step = 0; step < MaxFused; step++)
        {
            if (_byOutput.TryGetValue(value.Name, out var made) || _byName.TryGetValue(value.Name, out made)) return made;
            if (value.Consumers is not [{ Outputs: [{ } next, ..] }, ..]) return null;
            value = next;
        }
        return null;
    }

    /// <summary>What ONNX Runtime adds to the name of a node that it moves to another layout.</summary>
    [GeneratedRegex(@"(_token_\d+|_nchwc|_nhwc)+$")]
    private static partial Regex Suffix { get; }

    static bool IsInteger(Node node) => IntegerTypes.Contains(node.OpType);

    static bool IsFloat(Node node) => FloatTypes.Contains(node.OpType);
}
