using Octet.Numerics;

namespace Octet.Planning;

public sealed partial record Target
{
    /// <summary>
    /// TensorRT's explicit quantization: symmetric int8 without zero points, quantizers in front of what multiplies or pools and none
    /// behind, biases in floats. In a residual sum the layer in front of it has no quantizer behind it and the other value has one.
    /// </summary>
    /// <remarks>
    /// From the documents, not run here: NVIDIA TensorRT documentation, "Working with Quantized Types" (schemes, explicit quantization);
    /// TensorFlow Quantization Toolkit, "Add Custom QDQ Insertion Case" (residual sums).
    /// </remarks>
    public static Target TensorRt => TensorRtRules.Target;

    /// <summary>Made once, when it is first asked for: its rules begin with those of <see cref="OnnxRuntime"/>, and two instances would not be
    /// equal.</summary>
    static class TensorRtRules
    {
        public static readonly Target Target = new()
        {
            Name = "tensorrt",
            JoinedActivations = ["Relu", "Clip"],
            Activations = QuantizationSpec.Int8Symmetric,
            RoundsBiases = false,
            Rules =
            [
                new("Conv", OperatorRole.Computes) { RoundsInputsOnly = true },
                new("ConvTranspose", OperatorRole.Computes) { RoundsInputsOnly = true },
                new("Gemm", OperatorRole.Computes) { RoundsInputsOnly = true },
                new("MatMul", OperatorRole.Computes, AllInputs: true) { RoundsInputsOnly = true },
                new("Add", OperatorRole.Computes, AllInputs: true) { RoundsInputsOnly = true, JoinsLayer = true },
                new("AveragePool", OperatorRole.Computes) { RoundsInputsOnly = true },
                new("GlobalAveragePool", OperatorRole.Computes) { RoundsInputsOnly = true },
                .. OnnxRuntime.Rules.Where(rule => rule.Role == OperatorRole.MovesData && rule.OpType is not ("Resize" or "Upsample")),
            ],
        };
    }
}
