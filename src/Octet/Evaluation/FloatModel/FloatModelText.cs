using System.Globalization;
using Octet.Data;

namespace Octet.Evaluation;

/// <summary>Words what a float model sees.</summary>
static class FloatModelText
{
    /// <summary><c>-1 to 1, mean -0.08, deviation 0.51</c>.</summary>
    public static string Of(InputFigures input) => string.Create(
        CultureInfo.InvariantCulture, $"{input.Low:G4} to {input.High:G4}, mean {input.Mean:G3}, deviation {input.Deviation:G3}");

    /// <summary><c>resized to 256, middle 224x224, rgb, (x - 127.5) * 0.00784</c>.</summary>
    public static string Of(ImagePreprocessing steps)
    {
        var words = new List<string>();
        if (steps.Resize is { } resize)
            words.Add($"{(steps.Letterbox == Letterbox.None ? "resized" : $"letterbox ({steps.Letterbox})")} to {resize}");
        if (steps.Crop is { } crop) words.Add($"middle {crop}");
        words.Add(steps.PixelFormat.ToString().ToLowerInvariant());
        words.Add(steps.KeepsValues ? "pixels 0..255 as they are" : $"(x - {Numbers(steps.Mean)}) * {Numbers(steps.Scale)}");
        return string.Join(", ", words);
    }

    static string Numbers(IReadOnlyList<float> numbers)
    {
        var words = numbers.Select(number => number.ToString("G6", CultureInfo.InvariantCulture)).ToArray();
        return words.Length == 1 ? words[0] : $"[{string.Join(", ", words)}]";
    }
}
