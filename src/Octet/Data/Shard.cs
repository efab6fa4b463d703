using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Octet.Cluster;

namespace Octet.Data;

/// <summary>One of several parts, of nearly the same size, that together are all samples; written <c>3/8</c>.</summary>
/// <param name="Part">1..<paramref name="Parts"/>.</param>
/// <param name="Parts">How many parts there are.</param>
public readonly record struct Shard(int Part, int Parts) : IParsable<Shard>
{
    /// <summary>The samples of the part: neighbours, so that parts of parts never overlap.</summary>
    /// <param name="samples">How many samples there are in all.</param>
    public SampleSpan Of(int samples) => new((int)((long)samples * (Part - 1) / Parts), (int)((long)samples * Part / Parts));

    /// <summary>The part that is a rank's share.</summary>
    internal static Shard OfRank(IRankGroup ranks) => new(ranks.Rank + 1, ranks.Count);

    /// <summary>Reads <c>3/8</c>.</summary>
    /// <param name="s">The text.</param>
    /// <param name="provider">Not used: the text is the same in every culture.</param>
    /// <exception cref="FormatException">The text does not have this form.</exception>
    public static Shard Parse(string s, IFormatProvider? provider = null)
    {
        ArgumentNullException.ThrowIfNull(s);
        return TryParse(s, provider, out var shard)
            ? shard : throw new FormatException($"'{s}' is no part; write 3/8 for the third of eight");
    }

    /// <summary>Reads <c>3/8</c>, if the text is one.</summary>
    /// <param name="s">The text.</param>
    /// <param name="provider">Not used.</param>
    /// <param name="result">What was read.</param>
    /// <returns>Whether the text has this form.</returns>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Shard result)
    {
        result = default;
        if ((s ?? "").Split('/') is not [var first, var second] || !TryCount(first, out var part) || !TryCount(second, out var parts)
                || part > parts) return false;
        result = new(part, parts);
        return true;
    }

    static bool TryCount(string text, out int count) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out count) && count >= 1;

    /// <summary><c>3/8</c>: the text that <see cref="Parse"/> reads.</summary>
    public override string ToString() => $"{Part}/{Parts}";
}
