using Octet.Calibration.Methods;
using Octet.Numerics;
using Octet.Planning;
using Octet.Steps;

namespace Octet.Pipeline;

/// <summary>The recipes that come with Octet: its own, and those that do what other tools do by default.</summary>
public static partial class Recipes
{
    static readonly IReadOnlyList<QuantizationStep> RangesAlone = [new ChooseRanges()];

    static readonly QuantizationSpec PyTorchActivations = QuantizationSpec.UInt8 with { Rule = ScaleRule.PyTorch };

    static readonly QuantizationSpec PyTorchWeights = new(8, Signed: true, Symmetric: true) { Rule = ScaleRule.PyTorch };

    /// <summary>Only ranges: one pass over the samples, and no layer is tuned. A table of ranges holds all of it.</summary>
    public static Recipe Fast { get; } = new()
    {
        Name = "fast",
        Description = "Octet's own without tuning: nearly all values in range, a scale for each channel of a weight, channels equalized "
            + "before gates",
        Steps = [new EqualizeGates(), new ChooseRanges()],
        FloatUnlikeOutputs = true,
    };

    /// <summary><see cref="Fast"/>, and then each layer made as near to the float model as its integers allow.</summary>
    public static Recipe Best { get; } = Fast with
    {
        Name = "best",
        Description = "Octet's most accurate, and what is used where no recipe is named: fast, outliers of transformers smoothed, then "
            + "layer by layer weights rounded for their outputs and biases corrected; some seconds more",
        Steps = [new EqualizeGates(), new SmoothOutliers(), new ChooseRanges(), new CompensateErrors(), new RoundAdaptively(),
            new CorrectBiases()],
    };

    /// <summary>Matrix products in integers whose ranges each run finds, for transformers and other networks of MatMul and Gemm.</summary>
    /// <remarks>Source: onnxruntime/python/tools/quantization/quantize.py, quantize_dynamic with per_channel.</remarks>
    public static Recipe Dynamic { get; } = new()
    {
        Name = "dynamic",
        Description = "ONNX Runtime's dynamic quantization, for transformers: only products with constant matrices, the range of what they "
            + "multiply from each run; needs no samples, and smooths outliers where there are some",
        Steps = [new SmoothOutliers(), new DynamicRanges()],
        Config = new() { ActivationMethod = new MinMaxMethod() },
    };

    /// <summary>The recipe where none is named: <see cref="Best"/>; docs/benchmarks.md has the figures that decided.</summary>
    public static Recipe Default => Best;

    /// <summary>PyTorch's <c>default_qconfig</c>: uint8 of a reduced range by minimum and maximum, one scale a weight.</summary>
    /// <remarks>Source: torch/ao/quantization/qconfig.py (1.13), default_qconfig.</remarks>
    public static Recipe PyTorchDefault { get; } = new()
    {
        Name = "pytorch-default",
        Description = "PyTorch's default_qconfig: min-max, reduced range (7 bits), one scale for a weight",
        Steps = RangesAlone,
        Config = new()
        {
            Activations = PyTorchActivations with { ReducedRange = true },
            ActivationMethod = new MinMaxMethod(),
            Weights = PyTorchWeights,
        },
        SaturateOutputs = true,
    };

    /// <summary>PyTorch's <c>fbgemm</c>: uint8 of a reduced range by a histogram, a scale for each channel of a weight.</summary>
    /// <remarks>Source: torch/ao/quantization/qconfig.py (1.13), get_default_qconfig("fbgemm"), which is also "x86".</remarks>
    public static Recipe PyTorchFbgemm { get; } = new()
    {
        Name = "pytorch-fbgemm",
        Description = "PyTorch for x86: histogram search, reduced range (7 bits), a scale for each channel of a weight",
        Steps = RangesAlone,
        Config = new()
        {
            Activations = PyTorchActivations with { ReducedRange = true },
            ActivationMethod = new HistogramErrorMethod(),
            Weights = PyTorchWeights with { PerChannel = true },
        },
        SaturateOutputs = true,
    };

    /// <summary>PyTorch's <c>qnnpack</c>: uint8 by a histogram, one scale a weight.</summary>
    /// <remarks>Source: torch/ao/quantization/qconfig.py (1.13), get_default_qconfig("qnnpack").</remarks>
    public static Recipe PyTorchQnnpack { get; } = new()
    {
        Name = "pytorch-qnnpack",
        Description = "PyTorch for ARM: histogram search, all integers, one scale for a weight",
        Steps = RangesAlone,
        Config = new()
        {
            Activations = PyTorchActivations,
            ActivationMethod = new HistogramErrorMethod(),
            Weights = PyTorchWeights,
        },
        SaturateOutputs = true,
    };

    /// <summary>What ONNX Runtime's <c>quantize_static</c> does with scales per channel.</summary>
    /// <remarks>Source: onnxruntime/python/tools/quantization/quantize.py (1.19), with per_channel, uint8 activations and int8
    /// weights.</remarks>
    public static Recipe OnnxRuntime { get; } = new()
    {
        Name = "onnxruntime",
        Description = "ONNX Runtime's static quantization: min-max, a scale for each channel of a weight",
        Steps = RangesAlone,
        Config = new() { ActivationMethod = new MinMaxMethod() },
        SaturateOutputs = true,
    };

    /// <summary>tpu-mlir's symmetric int8.</summary>
    /// <remarks>Source: tpu-mlir, run_calibration.py and model_deploy.py: symmetric int8; products of matrices have one scale, unless told
    /// otherwise.</remarks>
    public static Recipe TpuMlir { get; } = new()
    {
        Name = "tpu-mlir",
        Description = "tpu-mlir's defaults: KLD, symmetric, unsigned where nothing is negative, one scale for products of matrices",
        Steps = RangesAlone,
        Config = new()
        {
            Activations = QuantizationSpec.Int8Symmetric with { SignFromData = true },
            ActivationMethod = new KldMethod(),
        },
        Overrides =
        [
            new("MatMul", new() { Weights = QuantizationSpec.Int8Symmetric }),
            new("Gemm", new() { Weights = QuantizationSpec.Int8Symmetric }),
        ],
        SaturateOutputs = true,
    };

    /// <summary>TensorRT's symmetric int8, by its entropy calibration.</summary>
    /// <remarks>Source: Migacz 2017, "8-bit Inference with TensorRT" (GTC).</remarks>
    public static Recipe TensorRt { get; } = new()
    {
        Name = "tensorrt",
        Description = "TensorRT's calibration: entropy, symmetric, a scale for each channel of a weight",
        Steps = RangesAlone,
        Config = new()
        {
            Activations = QuantizationSpec.Int8Symmetric,
            ActivationMethod = new TensorRtEntropyMethod(),
        },
        SaturateOutputs = true,
    };

    /// <summary>The recipes, our own first.</summary>
    public static IReadOnlyList<Recipe> All { get; } =
    [
        Best, Fast, Dynamic, .. OfWeights, PyTorchDefault, PyTorchFbgemm, PyTorchQnnpack, OnnxRuntime, TpuMlir, TensorRt,
            .. TexasInstruments, .. Trained,
    ];

    /// <summary>A name that a recipe had before, and what to write now; null for all others.</summary>
    internal static string? FormerName(string name) =>
        name == "default"
        ? "The recipe 'default' is called 'fast' now; what is used where no recipe is named is 'best', which also tunes each layer." : null;

    /// <summary>The recipe of that name, or null.</summary>
    public static Recipe? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return All.FirstOrDefault(recipe => recipe.Name == name);
    }
}
