namespace Octet.Exporting;

/// <summary>A model cannot be written in a format.</summary>
public sealed class ExportException(string message) : OctetException(message)
{
    internal static ExportException NoPowersOfTwo(IReadOnlyList<string> values) => new(
        $"A file for TIDL needs scales that are powers of two and no zero points; {values.Count} value(s) have others, the first is "
        + $"'{values[0]}'. Quantize by a recipe for TI, as ti-advanced.");

    internal static ExportException NotAsCalibrated(string path, IReadOnlyList<string> values) => new(
        $"'{path}' was written, but says other ranges than those that were calibrated when it is read back, of {values.Count} "
        + $"value(s): {string.Join(", ", values.Take(10))}. Do not use it, and please report this.");
}
