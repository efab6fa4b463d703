using Octet.Numerics;

namespace Octet.Calibration;

/// <summary>Calibration cannot give a range; the caller adds which value of the model it was.</summary>
public sealed class CalibrationException(string message) : OctetException(message)
{
    internal static CalibrationException NotFinite(float value) =>
        new($"a value of {value} was seen; a range needs finite values. Does the float model itself compute it? 'octet run' shows its outputs");

    /// <summary>The same problem, with the value of the model that has it.</summary>
    internal CalibrationException At(string value) => new($"Value '{value}': {Message}");

    internal static CalibrationException NothingSeen() => new("no values were seen; at least one sample is needed");

    internal static CalibrationException NeedsSamples(string recipe) => new($"Recipe {recipe} calibrates weights and biases too, which no table holds; give samples, as 'octet quantize --data' does.");

    internal static CalibrationException HasItsOwnRanges(string recipe) => new($"Recipe {recipe} has a way of its own to find ranges, and no method to search for; 'pow2-best' has the same integers and one.");

    /// <summary>Gives the range back if its ends are numbers, or if there were no values at all.</summary>
    internal static ValueRange ThrowIfNotFinite(ValueRange range) =>
        range.IsFinite || range == ValueRange.Nothing ? range : throw NotFinite(float.IsFinite(range.Low) ? range.High : range.Low);
}
