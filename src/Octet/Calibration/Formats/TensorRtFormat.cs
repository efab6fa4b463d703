using System.Globalization;

namespace Octet.Calibration.Formats;

/// <summary>TensorRT's calibration cache: a line that says which calibrator of which version wrote it, then the width of an int8 step for
/// each tensor.</summary>
/// <remarks>
/// <c>name: 3caa54fc</c>, the bits of a float32 in hexadecimal: threshold / 127. TensorRT's int8 has no zero point, so there are thresholds
/// alone. Names may hold anything but line breaks; the last colon ends them. Source: caches as trtexec writes them; ONNX Runtime reads the
/// same in its TensorRT provider.
/// </remarks>
sealed class TensorRtFormat : ICalibrationFormat
{
    const string Header = "TRT-8601-EntropyCalibration2";

    /// <summary>The steps of int8 on one side of zero.</summary>
    const float Steps = 127;

    public string Name => "tensorrt";

    public string Description => "TensorRT's calibration cache: a scale for each value";

    public TableNaming Naming => TableNaming.Values;

    public bool Recognises(string text) => text.StartsWith("TRT-", StringComparison.Ordinal);

    public CalibrationTable Read(string text)
    {
        var lines = new TableLines(text);
        var thresholds = new Dictionary<string, float>();
        var header = "";
        foreach (var line in lines.All())
        {
            if (header.Length == 0)
            {
                header = line;
                continue;
            }
            var colon = line.LastIndexOf(':');
            if (colon <= 0)
            {
                lines.Complain($"'{TableLines.Shortened(line)}' is not of the form 'name: 3c010a14'");
                continue;
            }
            var (name, bits) = (line[..colon], line[(colon + 1)..].Trim());
            if (!uint.TryParse(bits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var pattern) || bits.Length > 8)
                lines.Complain($"'{TableLines.Shortened(bits)}' is no float32 in hexadecimal");
            else if (BitConverter.UInt32BitsToSingle(pattern) is var scale && !(scale >= 0 && float.IsFinite(scale * Steps)))
                lines.Complain($"{bits} stands for {scale}, which is not a scale");
            else if (lines.IsNew(name)) thresholds[name] = scale * Steps;
        }
        lines.ThrowIfWrong();
        return new() { Method = header[(header.LastIndexOf('-') + 1)..], Thresholds = thresholds };
    }

    public void Write(CalibrationTable table, TextWriter writer)
    {
        TableLines.ThrowIfNames(table.Thresholds.Keys, letter => letter is '\n' or '\r', "contain line breaks");
        writer.WriteLine(Header);
        foreach (var (name, threshold) in table.Thresholds)
            writer.WriteLine($"{name}: {BitConverter.SingleToUInt32Bits(threshold / Steps):x}");
    }
}
