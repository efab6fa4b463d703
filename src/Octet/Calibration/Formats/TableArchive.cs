using System.Globalization;
using System.IO.Compression;
using System.Text;
using Octet.Data;
using Octet.Data.Arrays;
using Octet.Tensors;

namespace Octet.Calibration.Formats;

/// <summary>A table in Octet's own format together with the samples that its statistics carry along: a zip archive of the table as JSON and
/// of an array in numpy's format for each input of each sample, uncompressed.</summary>
/// <remarks>Arrays are read when they are needed, each time from the file: only the table is in memory. Equal tables give equal
/// bytes.</remarks>
static class TableArchive
{
    const string TableEntry = "table.json";
    const string SampleFolder = "samples/";

    /// <summary>Whether a file begins as such archives do: with the name of a sample, or of the table where there are none.</summary>
    public static bool Recognises(string beginning) => beginning.StartsWith("PK\u0003\u0004", StringComparison.Ordinal)
        && (beginning.Contains(SampleFolder, StringComparison.Ordinal) || beginning.Contains(TableEntry, StringComparison.Ordinal));

    public static void Write(Stream stream, CalibrationTable table, string path)
    {
        using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        var statistics = table.Statistics!;
        var kept = new StoredSelection(statistics.Store.Selection.First, statistics.Store.Selection.Last, []);
        foreach (var (place, stored) in statistics.Store.Samples)
        {
            if (stored.Load() is not { } sample) continue;
            kept.Names[place] = sample.Name;
            foreach (var (input, tensor) in sample.Inputs.OrderBy(input => input.Key, StringComparer.Ordinal))
                NpzFile.Write(archive, NameOf(place, input), tensor, path);
        }
        using var content = NpzFile.CreateEntry(archive, TableEntry).Open();
        using var writer = new StreamWriter(content) { NewLine = "\n" };
        var file = OctetTableFile.Of(table, OctetFormat.FileVersion);
        OctetFormat.Write(file with { Statistics = file.Statistics! with { Carried = kept } }, writer);
    }

    /// <exception cref="ArrayFileException">The archive is damaged.</exception>
    /// <exception cref="TableFormatException">The table is, or it does not fit the samples.</exception>
    public static CalibrationTable Read(string path, int maxTableBytes)
    {
        using var stream = NpyFile.Open(path);
        using var archive = NpzFile.OpenArchive(stream, path);
        NpzFile.CheckSizes(archive, path, stream.Length);
        var names = archive.Entries.Select(entry => entry.FullName).ToHashSet();
        if (names.Count < archive.Entries.Count) throw new TableFormatException("it is an archive that holds a name twice");
        if (archive.GetEntry(TableEntry) is not { } entry) throw new TableFormatException($"it is an archive without a '{TableEntry}'");
        var file = OctetFormat.Parse(TextOf(entry, path, maxTableBytes));
        if (file.Statistics?.Carried is not { } carried) throw new TableFormatException("it is an archive whose table carries no samples");

        names.Remove(TableEntry);
        var arrays = names.GroupBy(PlaceOf).ToDictionary(entries => entries.Key, entries => entries.ToArray());
        var problems = arrays.Where(entry => !carried.Names.ContainsKey(entry.Key))
            .Select(entry => $"'{entry.Value[0]}' in it belongs to no sample of its table")
            .Concat(carried.Names.Where(sample => !arrays.ContainsKey(sample.Key))
                .Select(sample => $"it lacks the arrays of sample {sample.Key}, '{sample.Value}'")).ToArray();
        if (problems.Length > 0) throw TableFormatException.Of(problems);

        var table = file.ToTable();
        var store = new SampleStore(new(carried.First, carried.Last), table.Statistics!.TotalSamples, carried.Names.ToDictionary(
            sample => sample.Key, sample => new StoredSample(sample.Value, () => Load(path, sample.Value, arrays[sample.Key]))));
        return table with { Statistics = table.Statistics with { Store = store } };
    }

    /// <summary>How many samples an archive holds, and what their arrays take.</summary>
    public static (int Samples, long Bytes) SizeOf(string path)
    {
        using var stream = NpyFile.Open(path);
        using var archive = NpzFile.OpenArchive(stream, path);
        var arrays = archive.Entries.Where(entry => entry.FullName != TableEntry).ToArray();
        return (arrays.DistinctBy(entry => PlaceOf(entry.FullName)).Count(), arrays.Sum(entry => entry.Length));
    }

    static Sample Load(string path, string name, IReadOnlyList<string> entries)
    {
        using var stream = NpyFile.Open(path);
        using var archive = NpzFile.OpenArchive(stream, path);
        NpzFile.CheckSizes(archive, path, stream.Length);
        return new(name, entries.ToDictionary(InputOf, entry => NpzFile.Read(
            archive.GetEntry(entry) ?? throw new ArrayFileException(path, $"has changed: it lacks '{entry}' now"), $"{path}:{entry}")));
    }

    static string TextOf(ZipArchiveEntry entry, string path, int max)
    {
        if (entry.Length > max) throw new TableFormatException($"its table has {entry.Length} bytes; it may have at most {max}");
        return NpzFile.Read(entry, $"{path}:{entry.FullName}", content =>
        {
            var bytes = new byte[entry.Length];
            content.ReadExactly(bytes);
            return content.ReadByte() < 0
                ? Encoding.UTF8.GetString(bytes) : throw new InvalidDataException("it is longer than the archive says");
        });
    }

    static string NameOf(int place, string input) => $"{SampleFolder}{place}/{Uri.EscapeDataString(input)}";

    static string InputOf(string entry) => Uri.UnescapeDataString(entry[(entry.LastIndexOf('/') + 1)..^NpzFile.Extension.Length]);

    static int PlaceOf(string entry) =>
        entry.StartsWith(SampleFolder, StringComparison.Ordinal) && entry.EndsWith(NpzFile.Extension, StringComparison.Ordinal)
        && entry.Split('/') is [_, var place, { Length: > 4 }]
        && int.TryParse(place, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && place == $"{number}"
        ? number : throw new TableFormatException($"it is an archive with '{entry}' in it, which is no array of a sample");
}
