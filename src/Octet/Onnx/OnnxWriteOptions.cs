namespace Octet.Onnx;

/// <summary>Where a written model keeps its weights.</summary>
public sealed record OnnxWriteOptions
{
    /// <summary>
    /// Models whose constants take more bytes than this keep the large ones in a file beside the model, <c>NAME.onnx.data</c>. Zero always
    /// does. The default leaves room below the 2 GB at which the format ends.
    /// </summary>
    public long ExternalDataThreshold { get; init; } = 1_900_000_000;

    /// <summary>Constants of fewer bytes stay in the model even then: shapes, axes, scales, which tools like to see without opening a
    /// second file.</summary>
    public int SmallestExternalTensor { get; init; } = 1024;
}
