using System.Text.Json;
using System.Text.Json.Serialization;
using Octet.Numerics;

namespace Octet.Calibration;

/// <summary>The range of each value that calibration chose, by the value's name; what a run of calibration leaves, to be looked at, edited and used again.</summary>
public sealed record CalibrationTable
{
    /// <summary>The version of the file's form.</summary>
    public const int FileVersion = 1;

    /// <summary>The largest table that is read: some hundred bytes for each value of a network.</summary>
    const long MostBytes = 64 << 20;

    [JsonPropertyName("octetCalibrationTable")]
    public int Version { get; init; } = FileVersion;

    /// <summary>The method that chose the ranges.</summary>
    public string Method { get; init; } = "";

    /// <summary>How many samples were seen.</summary>
    public int Samples { get; init; }

    public IReadOnlyDictionary<string, ValueRange> Ranges { get; init; } = new Dictionary<string, ValueRange>();

    /// <summary>Writes the table as JSON, beside the old file until it is whole.</summary>
    public void Save(string path) => AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, this, TableJson.Default.CalibrationTable));

    /// <exception cref="CalibrationTableException">The file is absent, is no table, or holds ranges that cannot be.</exception>
    public static CalibrationTable Load(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            if (stream.Length > MostBytes) throw new CalibrationTableException(path, $"it has {stream.Length} bytes; a table has at most {MostBytes}");
            var table = JsonSerializer.Deserialize(stream, TableJson.Default.CalibrationTable) ?? throw new CalibrationTableException(path, "it is empty");
            if (table.Version != FileVersion) throw new CalibrationTableException(path, $"it is of version {table.Version}; this Octet reads {FileVersion}");

            var bad = table.Ranges.Where(entry => !entry.Value.IsFinite || entry.Value.Low > entry.Value.High).Select(entry => $"'{entry.Key}' {entry.Value}").ToArray();
            if (bad.Length > 0) throw new CalibrationTableException(path, $"these ranges have ends that are no numbers, or in the wrong order: {string.Join(", ", bad)}");
            return table;
        }
        catch (JsonException problem)
        {
            throw new CalibrationTableException(path, $"line {problem.LineNumber + 1}: {problem.Message}");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new CalibrationTableException(path, problem.Message);
        }
    }
}

/// <summary>A calibration table cannot be read, or does not fit the model.</summary>
public sealed class CalibrationTableException(string path, string reason)
    : OctetException($"The calibration table '{path}' cannot be used: {reason}. 'octet quantize MODEL --data PATH --table FILE' writes one.");

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(CalibrationTable))]
sealed partial class TableJson : JsonSerializerContext;
