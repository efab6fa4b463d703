using Octet.Numerics;

namespace Octet.Calibration;

/// <summary>Calibration cannot give a range; the caller adds which value of the model it was.</summary>
public sealed class CalibrationException(string message) : OctetException(message)
{
    /// <summary>Whether a value was NaN or infinite.</summary>
    internal bool IsNotFinite { get; private init; }

    internal static CalibrationException NotFinite(float value) => new($"a value of {value} was seen; a range needs finite values")
    { IsNotFinite = true };

    /// <summary>The same problem, with where it comes from.</summary>
    internal static CalibrationException NotFinite(string value, string sample, string problem, string? origin) => new(
        $"Value '{value}', sample '{sample}': {problem}.{(origin is null ? "" : $" In the float model {origin}.")} "
        + $"If that is meant to be, leave the value in floats: exclude '{value}' from quantization. If the sample is at fault, leave it "
        + "out, or let bad samples be skipped.")
    { IsNotFinite = true };

    internal static CalibrationException NotFinite(IReadOnlyList<string> constants) => new(
        $"The model's own constants are not finite numbers, and only finite ones can be quantized: {string.Join("; ", constants)}. Was it "
        + "exported whole? Where they are meant to be, exclude them from quantization by these names.")
    { IsNotFinite = true };

    /// <summary>The same problem, with the value of the model that has it.</summary>
    internal CalibrationException At(string value) => new($"Value '{value}': {Message}") { IsNotFinite = IsNotFinite };

    /// <summary>All samples were left out, each for its reason.</summary>
    internal static CalibrationException AllSkipped(IReadOnlyList<Data.SkippedSample> skipped) => skipped.Count == 0 ? NothingSeen() : new(
        $"No sample is left: all {skipped.Count} were left out."
        + $"{string.Concat(skipped.Take(10).Select(sample => $"{Environment.NewLine}  {sample.Name}: {sample.Reason}"))}");

    internal static CalibrationException NothingSeen() => new("no values were seen; at least one sample is needed");

    internal static void ThrowIfNotOfChannels(string value, int measured, int channels)
    {
        if (measured != channels)
            throw new CalibrationException($"Value '{value}' has {channels} channels, but {measured} were measured. Are the statistics of "
                + "this model?");
    }

    internal static CalibrationException NeedsSamples(string recipe) => new(
        $"Recipe {recipe} changes weights and biases by what samples show, which no table of ranges holds. Give samples of what the model "
        + "will see in use: a folder of pictures or arrays, a list, or one .npy; or a table that was measured for this recipe and carries "
        + "samples along; or take a recipe that only chooses ranges, such as 'fast'.");

    internal static CalibrationException NeedsRanges(string recipe) => new(
        $"Recipe {recipe} chooses ranges by what samples show. Give samples of what the model will see in use, or ranges from an earlier "
        + "calibration; for matrix products the recipe dynamic needs neither.");

    internal static CalibrationException HasNoRanges(string recipe) => new(
        $"Recipe {recipe} finds ranges in each run of the integer model: there is nothing to calibrate, and no table to use. Quantize "
        + "without one, or take another recipe.");

    internal static CalibrationException Lacks(IReadOnlyList<string> values, string recipe) => new(
        $"The statistics lack {values.Count} value(s) that the recipe '{recipe}' makes integers: {string.Join(", ", values.Take(20))}. Are "
        + "they of this model, and of this recipe?");

    internal static CalibrationException CarriesTooFew(string who, int carried) => new(
        $"{who} runs samples again after they were measured, and the statistics carry {(carried > 0 ? $"only {carried}" : "none")} of "
        + "those that it needs. Measure the data again for that purpose, so that they carry them along, or give the samples themselves.");

    internal static CalibrationException IsOfPart(string who, int seen, int total) => new(
        $"{who} runs samples again after they were measured, but the statistics are of {seen} of {total} samples. Merge those of "
        + "the other parts too.");

    internal static CalibrationException CarriesTooMuch(string recipe, int samples, long bytes, long max) => new(
        $"Recipe {recipe} runs {samples} samples again after they were measured; to carry them along takes {bytes >> 20} MiB, more than "
        + $"the {max >> 20} that are allowed. Use fewer samples, quantize by it on one machine, or take a recipe such as 'best', which "
        + "runs fewer of them again.");

    internal static CalibrationException HasItsOwnRanges(string recipe) =>
        new($"Recipe {recipe} has a way of its own to find ranges, and no method to search for; 'pow2-best' has the same integers "
            + "and one.");

    /// <summary>Gives the range back if its ends are numbers, or if there were no values at all.</summary>
    internal static ValueRange ThrowIfNotFinite(ValueRange range) =>
        range.IsFinite || range == ValueRange.Nothing ? range : throw NotFinite(float.IsFinite(range.Low) ? range.High : range.Low);
}
