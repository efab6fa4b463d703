using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Octet.Numerics;

namespace Octet.Calibration.Formats;

/// <summary>Octet's own format, JSON: all that a table says, and the statistics it was chosen from. Numbers are written so that reading
/// gives the same bits.</summary>
sealed class OctetFormat : ICalibrationFormat
{
    /// <summary>The version of the file's form.</summary>
    internal const int FileVersion = 1;

    /// <summary>With the names of values as they are: files are read by people, and no browser sees them.</summary>
    static readonly OctetTableJson Readable =
        new(new JsonSerializerOptions(OctetTableJson.Default.Options)
        { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" });

    public string Name => "octet";

    public string Description => "Octet's JSON, statistics included, so that it can be merged and ranges be chosen anew";

    public TableNaming Naming => TableNaming.Values;

    public bool Recognises(string text) =>
        text.AsSpan().TrimStart().StartsWith("{") && text.Contains("\"octetCalibrationTable\"", StringComparison.Ordinal);

    public CalibrationTable Read(string text) => Parse(text) is var file && file.Statistics?.Carried is null
        ? file.ToTable() : throw new TableFormatException("its samples are not in it: it was taken out of its archive");

    public void Write(CalibrationTable table, TextWriter writer) => Write(OctetTableFile.Of(table, FileVersion), writer);

    internal static void Write(OctetTableFile file, TextWriter writer) =>
        writer.WriteLine(JsonSerializer.Serialize(file, Readable.OctetTableFile));

    /// <exception cref="TableFormatException">The text is damaged, or says what cannot be.</exception>
    internal static OctetTableFile Parse(string text)
    {
        try
        {
            var file = JsonSerializer.Deserialize(text, OctetTableJson.Default.OctetTableFile)!;
            if (file.OctetCalibrationTable != FileVersion)
                throw new TableFormatException($"it is of version {file.OctetCalibrationTable}; this Octet reads {FileVersion}");
            file.ThrowIfWrong();
            return file;
        }
        catch (JsonException problem)
        {
            throw TableJson.Of(problem);
        }
        catch (NotSupportedException)
        {
            throw new TableFormatException("a statistic does not begin with its \"kind\"");
        }
    }
}

/// <summary>What stands in the file, field by field; what is empty is left out.</summary>
sealed record OctetTableFile
{
    public int OctetCalibrationTable { get; init; }

    public string? Method { get; init; }

    public int Samples { get; init; }

    public int? TunedSamples { get; init; }

    public int? Bins { get; init; }

    public Dictionary<string, ValueRange>? Ranges { get; init; }

    public bool? RangesAreExtremes { get; init; }

    public Dictionary<string, float>? Thresholds { get; init; }

    public Dictionary<string, float>? Int4Thresholds { get; init; }

    public Dictionary<string, float>? InputThresholds { get; init; }

    public Dictionary<string, float[]>? WeightScales { get; init; }

    public string[]? AsymmetricValues { get; init; }

    public string[]? Int4Layers { get; init; }

    public StoredStatistics? Statistics { get; init; }

    public static OctetTableFile Of(CalibrationTable table, int version) => new()
    {
        OctetCalibrationTable = version,
        Method = table.Method,
        Samples = table.Samples,
        TunedSamples = table.TunedSamples > 0 ? table.TunedSamples : null,
        Bins = table.Bins > 0 ? table.Bins : null,
        Ranges = table.Ranges.ToDictionary(),
        RangesAreExtremes = table.RangesAreExtremes ? true : null,
        Thresholds = OrNull(table.Thresholds),
        Int4Thresholds = OrNull(table.Int4Thresholds),
        InputThresholds = OrNull(table.InputThresholds),
        WeightScales = table.WeightScales.Count == 0
            ? null : table.WeightScales.ToDictionary(entry => entry.Key, entry => entry.Value.ToArray()),
        AsymmetricValues = table.AsymmetricValues.Count == 0 ? null : [.. table.AsymmetricValues],
        Int4Layers = table.Int4Layers.Count == 0 ? null : [.. table.Int4Layers],
        Statistics = table.Statistics is { } statistics ? StoredStatistics.Of(statistics) : null,
    };

    static Dictionary<string, float>? OrNull(IReadOnlyDictionary<string, float> thresholds) =>
        thresholds.Count == 0 ? null : thresholds.ToDictionary();

    public CalibrationTable ToTable() => new()
    {
        Method = Method ?? "",
        Samples = Samples,
        TunedSamples = TunedSamples ?? 0,
        Bins = Bins ?? 0,
        Ranges = Ranges ?? [],
        RangesAreExtremes = RangesAreExtremes ?? false,
        Thresholds = Thresholds ?? [],
        Int4Thresholds = Int4Thresholds ?? [],
        InputThresholds = InputThresholds ?? [],
        WeightScales = (WeightScales ?? []).ToDictionary(entry => entry.Key, IReadOnlyList<float> (entry) => entry.Value),
        AsymmetricValues = AsymmetricValues ?? [],
        Int4Layers = Int4Layers ?? [],
        Statistics = Statistics?.ToStatistics(),
    };

    /// <exception cref="TableFormatException">Numbers that no calibration gives; the message lists all.</exception>
    public void ThrowIfWrong()
    {
        var problems = (Ranges ?? []).Where(entry => !entry.Value.IsFinite || entry.Value.IsNothing)
            .Select(entry => $"the range {entry.Value} of '{entry.Key}' has ends that are no numbers, or in the wrong order").ToList();
        foreach (var thresholds in new[] { Thresholds, Int4Thresholds, InputThresholds })
        {
            problems.AddRange((thresholds ?? []).Where(entry => !(float.IsFinite(entry.Value) && entry.Value >= 0))
                .Select(entry => $"the threshold {entry.Value} of '{entry.Key}' is no magnitude"));
        }
        problems.AddRange((WeightScales ?? []).Where(entry => !AreScales(entry.Value))
            .Select(entry => $"the scales of '{entry.Key}' are not all numbers of at least 0"));
        if ((AsymmetricValues ?? []).Concat(Int4Layers ?? []).Any(name => name is null))
            problems.Add("a name is missing in a list of names");
        if (Samples < 0 || TunedSamples < 0 || Bins < 0) problems.Add("a number of samples or bins is less than 0");
        if (problems.Count > 0) throw TableFormatException.Of(problems);
        Statistics?.ThrowIfWrong();
    }

    static bool AreScales(float[]? scales) => scales is { Length: > 0 } && scales.All(scale => float.IsFinite(scale) && scale >= 0);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    IgnoreReadOnlyProperties = true,
    AllowDuplicateProperties = false,
    MaxDepth = 16,
    RespectNullableAnnotations = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(OctetTableFile))]
sealed partial class OctetTableJson : JsonSerializerContext;
