using System.Globalization;

namespace Octet.Cli;

/// <summary>Numbers as people read them.</summary>
static class Figures
{
    static readonly string[] Units = ["B", "kB", "MB", "GB", "TB"];

    /// <summary><c>3,504,872</c>.</summary>
    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary><c>1 sample</c>, <c>24 samples</c>.</summary>
    /// <param name="count">How many.</param>
    /// <param name="noun">What, in the singular.</param>
    public static string Of(long count, string noun) =>
        $"{count.ToString(CultureInfo.InvariantCulture)} {noun}{(count == 1 ? "" : noun.EndsWith('s') ? "es" : "s")}";

    /// <summary><c>14.2 MB</c>, in powers of a thousand.</summary>
    public static string Bytes(long bytes)
    {
        var (value, unit) = ((double)bytes, 0);
        while (value >= 999.5 && unit < Units.Length - 1)
        {
            value /= 1000;
            unit++;
        }
        return $"{value.ToString(unit == 0 || value >= 99.95 ? "F0" : "0.0", CultureInfo.InvariantCulture)} {Units[unit]}";
    }

    /// <summary><c>86.75 %</c>.</summary>
    public static string Percent(double value) => $"{value.ToString("F2", CultureInfo.InvariantCulture)} %";

    /// <summary><c>12.9 dB</c>; <c>exact</c> where there is no error at all.</summary>
    public static string Decibels(double value) =>
        double.IsPositiveInfinity(value) ? "exact" : $"{value.ToString("F1", CultureInfo.InvariantCulture)} dB";

    /// <summary><c>0.99974</c>.</summary>
    public static string Cosine(double value) => value.ToString("F5", CultureInfo.InvariantCulture);

    /// <summary><c>4.2 s</c>.</summary>
    public static string Seconds(double value) => $"{value.ToString("F1", CultureInfo.InvariantCulture)} s";
}
