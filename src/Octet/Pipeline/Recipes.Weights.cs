using Octet.Calibration.Methods;
using Octet.Numerics;
using Octet.Planning;
using Octet.Steps;

namespace Octet.Pipeline;

public static partial class Recipes
{
    /// <summary>Matrices of 4 bits in blocks, written as ONNX Runtime's MatMulNBits; all else stays in floats.</summary>
    public static Recipe Weights4Bit => Find("weights-4bit")!;

    /// <summary>Recipes that make integers of the matrices of products alone.</summary>
    static IEnumerable<Recipe> OfWeights =>
    [
        new()
        {
            Name = "weights-4bit",
            Description = "4-bit weights in blocks of 32 (MatMulNBits), for language models: with samples errors are compensated (GPTQ), "
                + "without each block gets its best grid; all else stays in floats",
            Steps = [new RoundWeightBlocks()],
            Config = WeightsAlone(4),
        },
        new()
        {
            Name = "weights-4bit-qdq",
            Description = "weights-4bit in ONNX's own operators: DequantizeLinear with blocks of 4-bit integers (opset 21)",
            Steps = [new RoundWeightBlocks { Blocks = new() { Form = BlockForm.DequantizeLinear } }],
            Config = WeightsAlone(4),
        },
        new()
        {
            Name = "weights-8bit",
            Description = "8-bit weights of matrix products, a scale for each output: a smaller file, computed in floats; needs no samples",
            Steps = [new RoundWeights()],
            Config = WeightsAlone(8),
        },
    ];

    static QConfig WeightsAlone(int bits) =>
        new() { ActivationMethod = new MinMaxMethod(), Weights = new(bits, Signed: true, Symmetric: true, PerChannel: true) };
}
