using Octet.Data;

namespace Octet.Benchmarks.Recipes;

/// <summary>Real networks quantized by the default recipe, as files of QuantizeLinear and DequantizeLinear pairs.</summary>
static class QuantizedNetworks
{
    const int MaxSamples = 20;

    /// <summary>Writes each network to the folder for temporary files when its turn comes; ranges from few pictures do, for the time does
    /// not depend on them.</summary>
    public static IEnumerable<(string Name, string Floats, string Integers)> Files()
    {
        var folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "octet-networks", "integers")).FullName;
        foreach (var labelled in LabelledModel.All)
        {
            var model = Quantizer.Load(labelled.File, labelled.Preprocessing);
            var path = Path.Combine(folder, $"{labelled.Name}.onnx");
            Quantizer.Quantize(model, Quantizer.OpenSamples(model, labelled.Calibration).Take(MaxSamples)).Save(path);
            yield return (labelled.Name, labelled.File, path);
        }
    }
}
