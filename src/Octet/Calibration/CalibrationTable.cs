using System.Text;
using Octet.Calibration.Formats;
using Octet.Data;
using Octet.Data.Arrays;
using Octet.Numerics;

namespace Octet.Calibration;

/// <summary>
/// What calibration chose for each value of a model, by the value's name: to be looked at, edited, used again, and exchanged with other
/// tools. A file format holds as much of it as its own tool knows; what it does not say is empty here.
/// </summary>
public sealed record CalibrationTable
{
    /// <summary>The largest file that is read: some ten kilobytes for each value of a network, statistics included.</summary>
    const int MaxBytes = 256 << 20;

    /// <summary>The method that chose the ranges; empty if the file does not say.</summary>
    public string Method { get; init; } = "";

    /// <summary>How many samples were seen; 0 if the file does not say.</summary>
    public int Samples { get; init; }

    /// <summary>With how many samples thresholds were tuned layer by layer.</summary>
    public int TunedSamples { get; init; }

    /// <summary>Bins of the histogram that the method looked at; 0 for none.</summary>
    public int Bins { get; init; }

    /// <summary>What integers with a zero point are to represent.</summary>
    public IReadOnlyDictionary<string, ValueRange> Ranges { get; init; } = new Dictionary<string, ValueRange>();

    /// <summary>Whether <see cref="Ranges"/> are merely what was seen, and the choice of the method lies in
    /// <see cref="Thresholds"/>.</summary>
    public bool RangesAreExtremes { get; init; }

    /// <summary>The greatest magnitude that integers without a zero point are to represent.</summary>
    public IReadOnlyDictionary<string, float> Thresholds { get; init; } = new Dictionary<string, float>();

    /// <summary>The same for 4-bit integers.</summary>
    public IReadOnlyDictionary<string, float> Int4Thresholds { get; init; } = new Dictionary<string, float>();

    /// <summary>Thresholds of what a layer reads, by the name of the layer, from formats that name no values.</summary>
    public IReadOnlyDictionary<string, float> InputThresholds { get; init; } = new Dictionary<string, float>();

    /// <summary>The width of one step of a weight, for the tensor or for each output channel, by the weight's or its layer's name; 0 where
    /// it is left open.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<float>> WeightScales { get; init; } = new Dictionary<string, IReadOnlyList<float>>();

    /// <summary>Values that are to have a zero point even where the others have none.</summary>
    public IReadOnlyList<string> AsymmetricValues { get; init; } = [];

    /// <summary>Layers that are to compute in 4 bits.</summary>
    public IReadOnlyList<string> Int4Layers { get; init; } = [];

    /// <summary>What was measured, from which ranges can be chosen anew and tables of parts of the data merged; null if only the choice was
    /// kept.</summary>
    public CalibrationStatistics? Statistics { get; init; }

    /// <summary>Every value that the table says something about.</summary>
    public IEnumerable<string> ValueNames => Ranges.Keys.Union(Thresholds.Keys);

    /// <summary>Writes the table, beside the old file until it is whole; together with the samples that its statistics carry along, if any,
    /// an archive of arrays.</summary>
    /// <param name="path">The file.</param>
    /// <param name="format">Null for Octet's own, the only one that keeps everything.</param>
    /// <exception cref="OutputFileException">The file cannot be written, or the format cannot hold the names of the values.</exception>
    public void Save(string path, ICalibrationFormat? format = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        AtomicFile.Write(path, stream =>
        {
            if (format is null or OctetFormat && Statistics?.Store.Selection.IsEmpty == false)
            {
                TableArchive.Write(stream, this, path);
                return;
            }
            using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
            Write(writer, path, format ?? CalibrationFormats.Octet);
        });
    }

    /// <summary>Writes the table as <see cref="Save"/> does, wherever it goes.</summary>
    /// <param name="writer">Receives the text.</param>
    /// <param name="path">The file, for messages.</param>
    /// <param name="format">How it is written.</param>
    /// <exception cref="OutputFileException">The format cannot hold the names of the values.</exception>
    internal void Write(TextWriter writer, string path, ICalibrationFormat format)
    {
        try
        {
            format.Write(this, writer);
        }
        catch (TableFormatException problem)
        {
            throw new OutputFileException(path, $"{problem.Message}; another format can.", problem);
        }
    }

    /// <summary>Reads a table in any of the formats in <see cref="CalibrationFormats.All"/>; its content tells which.</summary>
    /// <exception cref="ArrayFileException">It is an archive that is damaged.</exception>
    /// <exception cref="CalibrationTableException">The file is absent, is no table, or holds ranges that cannot be; the message names the
    /// lines.</exception>
    public static CalibrationTable Load(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            if (TableArchive.Recognises(TextFile.Beginning(path))) return TableArchive.Read(path, MaxBytes);
            if (new FileInfo(path) is { Exists: true, Length: > MaxBytes and var bytes })
                throw new CalibrationTableException(path, $"it has {bytes} bytes; a table has at most {MaxBytes}");
            var text = TextFile.ReadAll(path, MaxBytes);
            if (string.IsNullOrWhiteSpace(text)) throw new CalibrationTableException(path, "it is empty");
            var format = CalibrationFormats.Recognise(text)
                ?? throw new CalibrationTableException(path,
                    $"it is in none of the known formats ({string.Join(", ", CalibrationFormats.All.Select(format => format.Name))}). Its "
                    + $"first line is '{FirstLine(text)}'");
            return format.Read(text);
        }
        catch (TableFormatException problem)
        {
            throw new CalibrationTableException(path, problem.Message);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new CalibrationTableException(path, problem.Message.TrimEnd('.'));
        }
    }

    /// <summary>The method, then each value with its range, or with its threshold where it has no range: one a line.</summary>
    public override string ToString()
    {
        var text = new StringBuilder($"{(Method.Length > 0 ? Method : "calibration table")}, {Samples} samples\n");
        foreach (var name in ValueNames)
            text.Append(Ranges.TryGetValue(name, out var range) ? $"  {name}: {range}\n" : $"  {name}: ±{Thresholds[name]:G6}\n");
        return text.ToString();
    }

    static string FirstLine(string text)
    {
        var line = new string(
            [.. text.TakeWhile(letter => letter is not ('\n' or '\r')).Take(40).Select(letter => char.IsControl(letter) ? '·' : letter)]);
        return line.Length < 40 ? line : line + "…";
    }
}

/// <summary>A calibration table cannot be read, or does not fit the model.</summary>
public sealed class CalibrationTableException : OctetException
{
    const int MaxListed = 20;

    /// <param name="path">Where the table came from.</param>
    /// <param name="reason">Why it cannot be used, as the end of a sentence.</param>
    public CalibrationTableException(string path, string reason)
        : base($"The calibration table '{path}' cannot be used: {reason}.") => Change = WhatToChange.CalibrationTable;

    CalibrationTableException(string message) : base(message) { }

    /// <summary>A table of another model, or of another form of this one.</summary>
    /// <param name="path">Where it came from.</param>
    /// <param name="missing">Values of the model that it lacks.</param>
    /// <param name="unknown">Names in it that the model lacks.</param>
    internal static CalibrationTableException OfOtherNames(string path, IReadOnlyList<string> missing, IReadOnlyList<string> unknown) =>
        new(
        $"The calibration table '{path}' does not fit the model:{Listed($"{missing.Count} value(s) of the model are not in it", missing)}"
        + (unknown.Count > 0 ? Listed($"{unknown.Count} name(s) in it are not in the model", unknown) : "")
        + $"{Environment.NewLine}Is it of this model? If so, read it as a partial table, which leaves what is missing in floats.")
        { Change = WhatToChange.CalibrationTable };

    static string Listed(string title, IReadOnlyList<string> names) => string.Concat(
        names.Take(MaxListed).Select(name => $"{Environment.NewLine}    {name}").Prepend($"{Environment.NewLine}  {title}:")
            .Append(names.Count > MaxListed ? $"{Environment.NewLine}    and {names.Count - MaxListed} more" : ""));
}
