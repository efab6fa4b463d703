using Octet.Graphs;
using Octet.Onnx;

namespace Octet.TestSupport;

/// <summary>Which layers of a file ONNX Runtime runs in integers, by the graph that its optimizer makes of the file.</summary>
/// <param name="Integer">The nodes that multiply integers.</param>
/// <param name="Floats">The convolutions and products that are left in floats.</param>
sealed record OptimizedLayers(IReadOnlyList<Node> Integer, IReadOnlyList<Node> Floats)
{
    static readonly string[] IntegerTypes =
        ["QLinearConv", "QLinearMatMul", "QGemm", "ConvInteger", "MatMulInteger", "MatMulIntegerToFloat", "DynamicQuantizeMatMul"];

    static readonly string[] FloatTypes =
        ["Conv", "FusedConv", "NhwcFusedConv", "ConvTranspose", "MatMul", "FusedMatMul", "Gemm", "FusedGemm"];

    /// <param name="path">What ONNX Runtime wrote as its optimized model.</param>
    public static OptimizedLayers Read(string path)
    {
        var nodes = OnnxReader.Read(path).Graph.Nodes;
        return new([.. nodes.Where(node => IntegerTypes.Contains(node.OpType))],
            [.. nodes.Where(node => FloatTypes.Contains(node.OpType))]);
    }

    /// <summary>The operators that count as layers in a model that was not optimized.</summary>
    public static bool IsLayer(Node node) => node.OpType is "Conv" or "ConvTranspose" or "MatMul" or "Gemm";
}
