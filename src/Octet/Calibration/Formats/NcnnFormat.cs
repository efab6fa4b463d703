using System.Globalization;

namespace Octet.Calibration.Formats;

/// <summary>ncnn's int8 table: for each layer with weights the steps a unit of its weight's channels, <c>name_param_0 s1 s2 …</c>, and of
/// its input, <c>name s</c>.</summary>
/// <remarks>
/// Every number is 127 / threshold; for a channel whose weights are all zero it is infinite. Values that no such layer reads are not
/// listed: ncnn keeps them in floats. Source: ncnn, tools/quantize/ncnn2table.cpp (QuantNet::save_table).
/// </remarks>
sealed class NcnnFormat : ICalibrationFormat
{
    const string WeightSuffix = "_param_0";
    const float Steps = 127;

    public string Name => "ncnn";

    public string Description => "ncnn's int8 table: scales of the inputs and weights of layers";

    public TableNaming Naming => TableNaming.Layers;

    public bool TakesWeights => true;

    /// <summary>The weights come first in such a file.</summary>
    public bool Recognises(string text) => text.AsSpan().TrimStart().IndexOf(' ') is var blank and > 0
        && text.AsSpan().TrimStart()[..blank].EndsWith(WeightSuffix, StringComparison.Ordinal);

    public CalibrationTable Read(string text)
    {
        var lines = new TableLines(text);
        var inputs = new Dictionary<string, float>();
        var weights = new Dictionary<string, IReadOnlyList<float>>();
        foreach (var line in lines.All())
        {
            var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            var name = words[0];
            if (!lines.IsNew(name)) continue;
            if (name.EndsWith(WeightSuffix, StringComparison.Ordinal))
            {
                var scales = words.Skip(1).Select(word => Inverse(lines, word)).ToArray();
                if (scales.Length == 0) lines.Complain($"'{TableLines.Shortened(name)}' has no scales");
                weights[name[..^WeightSuffix.Length]] = [.. scales.Select(scale => scale ?? 0)];
            }
            else if (words.Length != 2) lines.Complain($"'{TableLines.Shortened(name)}' has {words.Length - 1} numbers instead of one");
            else if (Inverse(lines, words[1]) is { } scale) inputs[name] = scale * Steps;
        }
        lines.ThrowIfWrong();
        return new() { InputThresholds = inputs, WeightScales = weights };
    }

    public void Write(CalibrationTable table, TextWriter writer)
    {
        TableLines.ThrowIfNamesHaveBlanks(table.WeightScales.Keys.Concat(table.InputThresholds.Keys));
        foreach (var (name, scales) in table.WeightScales)
            writer.WriteLine($"{name}{WeightSuffix} {string.Join(' ', scales.Select(Text))}");
        foreach (var (name, threshold) in table.InputThresholds) writer.WriteLine($"{name} {Text(threshold / Steps)}");
    }

    /// <summary>The width of a step; 0 for infinitely many steps a unit.</summary>
    static float? Inverse(TableLines lines, string word)
    {
        if (word.ToUpperInvariant() is "INF" or "INFINITY") return 0;
        if (lines.Number(word) is not { } stepsPerUnit) return null;
        if (stepsPerUnit > 0 && float.IsFinite(Steps / stepsPerUnit)) return 1 / stepsPerUnit;
        lines.Complain($"{word} is no scale; it has to be greater than 0");
        return null;
    }

    static string Text(float scale) => scale > 0 ? (1 / scale).ToString("F6", CultureInfo.InvariantCulture) : "inf";
}
