using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Serialization;

namespace Octet.Data;

/// <summary>Height and width in pixels, written <c>224x192</c>; <c>224</c> stands for a square.</summary>
[JsonConverter(typeof(JsonTextConverter<ImageSize>))]
public readonly record struct ImageSize(int Height, int Width) : IParsable<ImageSize>
{
    /// <summary>Reads <c>224x192</c>, height first.</summary>
    /// <param name="s">The text.</param>
    /// <param name="provider">Not used: the text is the same in every culture.</param>
    /// <exception cref="FormatException">The text does not have this form.</exception>
    public static ImageSize Parse(string s, IFormatProvider? provider = null)
    {
        ArgumentNullException.ThrowIfNull(s);
        return TryParse(s, provider, out var size)
            ? size : throw new FormatException($"'{s}' is no size; write height x width as in 224x192, or 224 for a square");
    }

    /// <summary>Reads <c>224x192</c>, height first, if the text is one.</summary>
    /// <param name="s">The text.</param>
    /// <param name="provider">Not used.</param>
    /// <param name="result">What was read.</param>
    /// <returns>Whether the text has this form.</returns>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ImageSize result)
    {
        var parts = (s ?? "").Split('x');
        result = default;
        if (parts.Length > 2 || !TryExtent(parts[0], out var height) || !TryExtent(parts[^1], out var width)) return false;
        result = new(height, width);
        return true;
    }

    /// <summary><c>224x192</c>: the text that <see cref="Parse"/> reads.</summary>
    public override string ToString() => $"{Height}x{Width}";

    internal static bool TryExtent(string text, out int extent) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out extent);
}
