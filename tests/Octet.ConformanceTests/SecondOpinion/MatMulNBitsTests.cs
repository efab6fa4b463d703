using Octet.Graphs;
using Octet.Operators;
using Octet.Running;
using Octet.Tensors;

namespace Octet.ConformanceTests;

/// <summary>Products with 4-bit matrices: ONNX Runtime computes the same from the same file.</summary>
public sealed class MatMulNBitsTests
{
    [Theory]
    [InlineData(1, 64, 32, 16, false, false), InlineData(1, 96, 70, 32, true, true), InlineData(3, 128, 17, 64, true, false)]
    [InlineData(40, 256, 130, 128, false, true), InlineData(9, 512, 48, 256, true, true), InlineData(2, 100, 33, 32, true, true)]
    public void ONNX_Runtime_computes_the_same(int rows, int depth, int columns, int block, bool hasZeroPoints, bool hasBias)
    {
        var random = new Random(depth + columns);
        var blocks = (depth + block - 1) / block;
        var graph = new Graph { Name = "nibbles", Opsets = { [""] = 21, ["com.microsoft"] = 1 } };
        var x = graph.AddInput("x", DataType.Float32, new(2, rows, depth));
        Value?[] inputs =
        [
            x, Constant("b", Bytes(columns, blocks, block / 2)), Constant("scales", Floats(columns, blocks)),
            hasZeroPoints ? Constant("zeros", Bytes(columns, (blocks + 1) / 2)) : null, null,
            hasBias ? Constant("bias", Floats(columns)) : null,
        ];
        var attributes = new Attributes
        {
            ["K"] = (long)depth,
            ["N"] = (long)columns,
            ["bits"] = 4L,
            ["block_size"] = (long)block,
        };
        graph.AddOutput(graph.Add(MatMulNBits.From(attributes), hasBias ? inputs : inputs[..4], "y", attributes, domain: "com.microsoft"));
        ShapeInference.Annotate(graph);
        var samples = new Dictionary<string, Tensor> { ["x"] = Floats(2, rows, depth) };

        using var runtime = OnnxRuntime.Load(new Model { Graph = graph }, asksForExactSums: false);
        var (expected, actual) = (runtime.Run(samples)["y"], new Session(graph).Run(samples)["y"]);

        actual.Shape.ShouldBe(expected.Shape);
        // Sums in another order differ in their last places.
        TensorComparison.RelativeDifference(expected, actual).ShouldBeLessThan(2e-6);
        return;

        Value Constant(string name, Tensor elements) => graph.AddConstant(name, elements);
        Tensor Floats(params int[] extents) => new SampleMaker(random).Noise(-1, 1, extents);
        Tensor Bytes(params int[] extents)
        {
            var tensor = new Tensor(DataType.UInt8, new(extents));
            random.NextBytes(tensor.Bytes);
            return tensor;
        }
    }
}
