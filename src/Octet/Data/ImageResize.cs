using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Octet.Data;

/// <summary>To which size a picture is brought: either its short side is given and its shape kept (<c>256</c>), or both sides
/// (<c>224x192</c>, height first).</summary>
/// <remarks>Where the shape is kept, the long side is <c>N · long / short</c>, truncated, as torchvision does it.</remarks>
[JsonConverter(typeof(JsonTextConverter<ImageResize>))]
public sealed record ImageResize : IParsable<ImageResize>
{
    ImageResize(int? shortSide, ImageSize? size) => (ShortSide, Size) = (shortSide, size);

    /// <summary>What the short side becomes, in pixels; null where both sides are given.</summary>
    public int? ShortSide { get; }

    /// <summary>What both sides become; null where the short side is given.</summary>
    public ImageSize? Size { get; }

    /// <summary>Keeps the picture's shape.</summary>
    public static ImageResize ShortSideTo(int pixels) => new(pixels, null);

    /// <summary>Brings both sides to a size, in pixels.</summary>
    public static ImageResize To(int height, int width) => new(null, new(height, width));

    /// <summary>Reads <c>256</c> (short side) or <c>224x192</c> (height, width).</summary>
    /// <param name="s">The text.</param>
    /// <param name="provider">Not used: the text is the same in every culture.</param>
    /// <exception cref="FormatException">The text does not have this form.</exception>
    public static ImageResize Parse(string s, IFormatProvider? provider = null)
    {
        ArgumentNullException.ThrowIfNull(s);
        return TryParse(s, provider, out var resize)
            ? resize : throw new FormatException($"'{s}' is no size; write 256 for the short side, or height x width as in 224x192");
    }

    /// <summary>Reads <c>256</c> (short side) or <c>224x192</c> (height, width), if the text is one.</summary>
    /// <param name="s">The text.</param>
    /// <param name="provider">Not used.</param>
    /// <param name="result">What was read.</param>
    /// <returns>Whether the text has this form.</returns>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out ImageResize result)
    {
        result = ImageSize.TryExtent(s ?? "", out var shortSide) ? ShortSideTo(shortSide)
            : ImageSize.TryParse(s, provider, out var size) ? new(null, size)
            : null;
        return result is not null;
    }

    /// <summary><c>256</c> or <c>224x192</c>: the text that <see cref="Parse"/> reads.</summary>
    public override string ToString() => ShortSide?.ToString() ?? Size.ToString()!;
}
