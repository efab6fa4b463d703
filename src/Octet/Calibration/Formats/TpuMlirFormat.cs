using System.Globalization;
using Octet.Numerics;

namespace Octet.Calibration.Formats;

/// <summary>tpu-mlir's calibration table: threshold, smallest and largest value of each tensor, and sections for 4 bits, unsymmetric layers
/// and weights from training.</summary>
/// <remarks>
/// <c>122_Conv 56.4281803 -102.5830231 97.6811752</c>. Lines that begin with <c>#</c> are comments, save those that begin a section.
/// Source: tpu-mlir, python/calibration/kld_calibrator.py (writer) and the pass ImportCalibrationTable (reader).
/// </remarks>
sealed class TpuMlirFormat : ICalibrationFormat
{
    /// <summary>Smaller thresholds, and those that are no numbers, are written as this.</summary>
    const float MinThreshold = 1e-5f;

    const string WeightSuffix = "_weight";

    static readonly string[] Sections = ["weight_scale", "int4_th", "asym_op", "int4_op"];

    public string Name => "tpu-mlir";

    public string Description => "tpu-mlir's table: threshold, smallest and largest value";

    public TableNaming Naming => TableNaming.ValueAndOperator;

    public bool TakesExtremes => true;

    public bool Recognises(string text)
    {
        var line = text.AsSpan().TrimStart();
        line = line[..(line.IndexOfAny('\n', '\r') is var end and >= 0 ? end : line.Length)];
        if (line.StartsWith("#")) return true;
        var words = line.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Length == 4
            && words.Skip(1).All(word => float.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out _));
    }

    public CalibrationTable Read(string text) => new Reader(text).Read();

    public void Write(CalibrationTable table, TextWriter writer)
    {
        TableLines.ThrowIfNamesHaveBlanks(table.ValueNames.Concat(table.AsymmetricValues).Concat(table.Int4Layers)
            .Concat(table.WeightScales.Keys));

        writer.WriteLine("# octet calibration table for tpu-mlir, cali version 1.0");
        writer.WriteLine($"# quantization threshold calculation method: {table.Method}");
        writer.WriteLine($"# histogram number: {table.Bins}");
        writer.WriteLine($"# sample number: {table.Samples}");
        writer.WriteLine("###");
        if (table.TunedSamples > 0)
        {
            writer.WriteLine($"# tune number: {table.TunedSamples}");
            writer.WriteLine("###");
        }
        writer.WriteLine("# op_name    threshold    min    max");
        foreach (var name in table.ValueNames)
        {
            var range = table.Ranges.TryGetValue(name, out var known) ? known : ValueRange.Symmetric(table.Thresholds[name]);
            writer.WriteLine(
                $"{name} {Text(Written(table.Thresholds.GetValueOrDefault(name, range.Magnitude)))} {Text(range.Low)} {Text(range.High)}");
        }
        WriteSection(writer, "#int4_th",
            table.Int4Thresholds.Select(
                entry => $"{entry.Key} {Text(Written(entry.Value))} {Text(-Written(entry.Value) * 8 / 7)} {Text(Written(entry.Value))}"));
        WriteSection(writer, "#asym_op", table.AsymmetricValues);
        WriteSection(writer, "#int4_op", table.Int4Layers);
        WriteSection(writer, "#weight_scale", table.WeightScales.Select(entry =>
            $"{entry.Key}{WeightSuffix} {entry.Value.Count} "
                + string.Join(' ', entry.Value.Select(scale => scale.ToString("R", CultureInfo.InvariantCulture)))
                + $" {entry.Value.Count} {string.Join(' ', entry.Value.Select(_ => "0"))}"));
    }

    static void WriteSection(TextWriter writer, string title, IEnumerable<string> lines)
    {
        var all = lines.ToArray();
        if (all.Length == 0) return;
        writer.WriteLine();
        writer.WriteLine(title);
        foreach (var line in all) writer.WriteLine(line);
    }

    static float Written(float threshold) => threshold > MinThreshold ? threshold : MinThreshold;

    static string Text(float number) => number.ToString("F7", CultureInfo.InvariantCulture);

    /// <summary>Goes through the lines of one file, section by section.</summary>
    sealed class Reader(string text)
    {
        readonly TableLines _lines = new(text);
        readonly Dictionary<string, ValueRange> _ranges = [];
        readonly Dictionary<string, float> _thresholds = [];
        readonly Dictionary<string, float> _int4Thresholds = [];
        readonly Dictionary<string, IReadOnlyList<float>> _weights = [];
        readonly List<string> _asymmetric = [];
        readonly List<string> _int4 = [];
        string _method = "";
        int _bins, _samples, _tuned;

        public CalibrationTable Read()
        {
            var section = "";
            foreach (var line in _lines.All())
            {
                if (line[0] == '#')
                {
                    section = SectionAfter(line) ?? section;
                    ReadComment(line);
                    continue;
                }
                var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
                switch (section)
                {
                    case "asym_op": ReadName(words, section, _asymmetric); break;
                    case "int4_op": ReadName(words, section, _int4); break;
                    case "weight_scale": ReadWeight(words); break;
                    case "int4_th": ReadThreshold(words, section); break;
                    default: ReadRow(words); break;
                }
            }
            _lines.ThrowIfWrong();
            return new()
            {
                Method = _method,
                Bins = _bins,
                Samples = _samples,
                TunedSamples = _tuned,
                Ranges = _ranges,
                RangesAreExtremes = true,
                Thresholds = _thresholds,
                Int4Thresholds = _int4Thresholds,
                AsymmetricValues = _asymmetric,
                Int4Layers = _int4,
                WeightScales = _weights,
            };
        }

        static string? SectionAfter(string line) => Sections
            .FirstOrDefault(
                title => line.StartsWith($"#{title}", StringComparison.Ordinal) || line.StartsWith($"# {title}", StringComparison.Ordinal));

        void ReadComment(string line)
        {
            if (AfterColon(line, "calculation method:") is { } method) _method = method;
            else if (CountAfter(line, "histogram number:") is { } bins) _bins = bins;
            else if (CountAfter(line, "sample number:") is { } samples) _samples = samples;
            else if (CountAfter(line, "tune number:") is { } tuned) _tuned = tuned;
        }

        static int? CountAfter(string line, string title) =>
            AfterColon(line, title) is { } word && int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? count : null;

        static string? AfterColon(string line, string title) =>
            line.IndexOf(title, StringComparison.Ordinal) is var at and >= 0 ? line[(at + title.Length)..].Trim() : null;

        void ReadRow(string[] words)
        {
            if (words.Length != 4)
            {
                _lines.Complain($"'{TableLines.Shortened(string.Join(' ', words))}' is not of the form 'name threshold min max'");
                return;
            }
            if (!_lines.IsNew(words[0])) return;
            if (_lines.Magnitude(words[1]) is not { } threshold || _lines.Number(words[2]) is not { } low
                    || _lines.Number(words[3]) is not { } high) return;
            if (low > high) _lines.Complain($"the smallest value {words[2]} is greater than the largest, {words[3]}");
            _thresholds[words[0]] = threshold;
            _ranges[words[0]] = new(low, high);
        }

        void ReadThreshold(string[] words, string section)
        {
            if (words.Length < 2) _lines.Complain($"'{TableLines.Shortened(words[0])}' has no threshold");
            else if (_lines.IsNew(words[0], section) && _lines.Magnitude(words[1]) is { } threshold) _int4Thresholds[words[0]] = threshold;
        }

        void ReadName(string[] words, string section, List<string> names)
        {
            if (words.Length > 1) _lines.Complain($"'{TableLines.Shortened(string.Join(' ', words))}' is more than one name");
            else if (_lines.IsNew(words[0], section)) names.Add(words[0]);
        }

        /// <summary><c>NAME_weight N s1 … sN N z1 … zN</c>; the zero points are all 0.</summary>
        void ReadWeight(string[] words)
        {
            if (words.Length < 2 || !int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count < 1
                || count > words.Length - 2)
            {
                _lines.Complain($"'{TableLines.Shortened(words[0])}' is not followed by a number of scales and as many scales");
                return;
            }
            if (!_lines.IsNew(words[0], "weight_scale")) return;
            var scales = words.Skip(2).Take(count).Select(_lines.Magnitude).ToArray();
            var name = words[0].EndsWith(WeightSuffix, StringComparison.Ordinal) ? words[0][..^WeightSuffix.Length] : words[0];
            _weights[name] = [.. scales.Select(scale => scale ?? 0)];
        }
    }
}
