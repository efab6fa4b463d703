using Octet.Graphs;
using Octet.Onnx;
using Octet.Tensors;

namespace Octet.Verification;

/// <summary>
/// Whether ONNX Runtime adds products of bytes exactly as it is. On x86 without VNNI its fastest kernels saturate sums of two products at
/// 16 bits, unless the slower, exact ones are asked for; elsewhere asking gains nothing. What it computes decides, not what the processor
/// says.
/// </summary>
public static class ExactSums
{
    /// <summary>The session option that asks for exact kernels with the value 1.</summary>
    public const string Option = "session.x64quantprecision";

    const int Depth = 64;

    static readonly Lazy<bool> Saturates = new(() => Sum(asksForExactSums: false) != ExactSum);

    /// <summary>Whether sums are exact on this machine only with <see cref="Option"/>.</summary>
    public static bool NeedAnOption => Saturates.Value;

    /// <summary>What was chosen, for those who report figures.</summary>
    public static string Description =>
        NeedAnOption ? $"{Option}=1, as sums saturate without it" : "default settings, whose sums are exact here";

    internal static int ExactSum => Depth * byte.MaxValue * sbyte.MaxValue;

    /// <summary>One element of a product of the greatest bytes; the weight is constant, as the weights of layers are.</summary>
    internal static int Sum(bool asksForExactSums)
    {
        var (bytes, weights) = (new Tensor(DataType.UInt8, [4, Depth]), new Tensor(DataType.Int8, [Depth, 32]));
        bytes.AsSpan<byte>().Fill(byte.MaxValue);
        weights.AsSpan<sbyte>().Fill(sbyte.MaxValue);
        var graph = new Graph { Name = "sums", Opsets = { [""] = 13 } };
        var x = graph.AddInput("x", bytes.Type, SymbolicShape.From(bytes.Shape));
        var y = graph.Add("MatMulInteger", [x, graph.AddConstant("w", weights)], "y", []);
        (y.Type, y.Shape) = (DataType.Int32, SymbolicShape.From([4, 32]));
        graph.AddOutput(y);

        using var runtime = OnnxRuntime.Load(new Model { Graph = graph }, asksForExactSums);
        return runtime.Run(new Dictionary<string, Tensor> { ["x"] = bytes })["y"].AsSpan<int>()[0];
    }
}
