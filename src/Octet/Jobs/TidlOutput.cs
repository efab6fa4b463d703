using Octet.Exporting;
using Octet.Pipeline;
using Octet.Reporting;
using Octet.TexasInstruments;

namespace Octet.Jobs;

/// <summary>What a job writes for TI's tools.</summary>
/// <param name="Folder">Receives NAME.onnx, NAME.tidl.txt and NAME.tidl.json, where NAME is that of the float model; made if it is not
/// there.</param>
public sealed record TidlOutput(string Folder)
{
    /// <summary>Whether weights and biases are rounded already. Without, TIDL rounds them, to the same integers.</summary>
    public bool WeightsOnGrid { get; init; }

    /// <summary>The major version of TIDL that will read it.</summary>
    public int Version { get; init; } = TidlSettings.FirstWithRangesFromModel;

    /// <summary>Rejects a folder in which the files would replace the models themselves, before the work begins.</summary>
    /// <exception cref="OutputFileException">It is such a folder.</exception>
    internal void Check(string model, string integerModel)
    {
        var path = Path.GetFullPath(PathOf(model));
        if (path == Path.GetFullPath(model)) throw new OutputFileException(path, "it is the float model itself; give another folder.");
        if (path == Path.GetFullPath(integerModel)) throw new OutputFileException(path, "it is the integer model; give another folder.");
    }

    /// <summary>The files, in a folder that is made if it is not there.</summary>
    /// <exception cref="OutputFileException">It cannot be made.</exception>
    internal IEnumerable<string> Files(string model)
    {
        MakeFolder();
        var path = PathOf(model);
        return [path, Path.ChangeExtension(path, ".tidl.txt"), Path.ChangeExtension(path, ".tidl.json")];
    }

    string PathOf(string model) => Path.Combine(Folder, $"{Path.GetFileNameWithoutExtension(model)}.onnx");

    /// <summary>Writes the files, reads them and the integer model back, and holds them against what was calibrated.</summary>
    /// <exception cref="OctetException">They cannot be written, or differ from what was calibrated.</exception>
    internal TidlReport Write(QuantizationResult result, string model, string integerModel)
    {
        MakeFolder();
        var found = result.SaveForTidl(PathOf(model), WeightsOnGrid, Version);
        return new(found.Files, found.Ranges, TidlReadBack.ScalesOf(result.Model, integerModel), found.SameWeights, found.Weights,
            WeightsOnGrid);
    }

    void MakeFolder()
    {
        try
        {
            Directory.CreateDirectory(Folder);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new OutputFileException(Folder, cause.Message, cause);
        }
    }
}
