using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;
using Octet.Data;
using Octet.Data.Images;
using SessionOptions = Microsoft.ML.OnnxRuntime.SessionOptions;

namespace Octet.ConformanceTests;

/// <summary>A classifier in ONNX Runtime. Many requests may call it at a time.</summary>
public sealed class PictureClassifier : IDisposable
{
    readonly InferenceSession _session;
    readonly ImagePreprocessing _preprocessing;

    public PictureClassifier(string path, bool asksForExactSums = false)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1 };
        if (asksForExactSums) options.AddSessionConfigEntry("session.x64quantprecision", "1");
        _session = new(path, options);
        _preprocessing = StoredPreprocessing.FromJson(_session.ModelMetadata.CustomMetadataMap[StoredPreprocessing.MetadataKey]);
    }

    /// <summary>The class of a picture: the bytes of a PNG, JPEG, WebP, BMP or GIF file.</summary>
    public int Classify(byte[] picture)
    {
        var pixels = _preprocessing.Apply(ImageDecoder.Decode(picture, "upload", _preprocessing.IgnoreOrientation));
        var shape = Array.ConvertAll(pixels.Shape.Dimensions.ToArray(), extent => (long)extent);
        using var input = OrtValue.CreateTensorValueFromMemory(pixels.Floats.ToArray(), shape);
        using var run = new RunOptions();
        using var outputs = _session.Run(run, [_session.InputNames[0]], [input], [_session.OutputNames[0]]);
        return TensorPrimitives.IndexOfMax(outputs[0].GetTensorDataAsSpan<float>());
    }

    public void Dispose() => _session.Dispose();
}
