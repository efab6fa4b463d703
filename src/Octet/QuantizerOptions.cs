using Octet.Calibration;
using Octet.Data;
using Octet.Planning;

namespace Octet;

/// <summary>How a model is quantized; the defaults suit a network that ONNX Runtime will run.</summary>
public sealed record QuantizerOptions
{
    /// <summary>What will run the integer model.</summary>
    public Target Target { get; init; } = Target.OnnxRuntime;

    /// <summary>How ranges are chosen.</summary>
    public CalibrationMethod Method { get; init; } = CalibrationMethods.Default;

    /// <summary>Threads and progress of the runs over samples.</summary>
    public SampleRunOptions Run { get; init; } = new();
}
