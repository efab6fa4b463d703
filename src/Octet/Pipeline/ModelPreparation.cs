using Octet.Data;
using Octet.Graphs;
using Octet.Onnx;
using Octet.Passes;

namespace Octet.Pipeline;

/// <summary>The first arrow: from a file to a prepared model, and to the samples for it.</summary>
static class ModelPreparation
{
    /// <summary>Reads a model and prepares it.</summary>
    /// <exception cref="OctetException">The file or the preprocessing cannot be used; the message says why.</exception>
    public static Model Load(string path, ImagePreprocessing? preprocessing = null, CancellationToken cancel = default) =>
        Prepare(OnnxReader.Read(path), preprocessing, cancel);

    /// <summary>Prepares a model in place: constants and normalizations folded, shapes known, preprocessing in its metadata.</summary>
    public static Model Prepare(Model model, ImagePreprocessing? preprocessing = null, CancellationToken cancel = default)
    {
        PassPipeline.Prepare.Apply(model.Graph, cancel);
        preprocessing?.StoreIn(model);
        return model;
    }

    /// <summary>Opens samples for a model, with the preprocessing that its metadata holds.</summary>
    public static ISampleSource OpenSamples(
        Model model, string path, OnBadSample onBadSample = OnBadSample.Fail, IReadOnlyList<string>? alsoRead = null) =>
        SampleSource.Open(path, ModelInput.Of(model.Graph), StoredPreprocessing.Of(model), onBadSample, alsoRead);
}
