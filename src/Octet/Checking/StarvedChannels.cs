using System.Globalization;
using Octet.Numerics;

namespace Octet.Checking;

/// <summary>Channels for which the scale that they share with others leaves hardly any integers.</summary>
/// <param name="Starved">How many of the channels that count reach at most ±<see cref="MaxSteps"/> integer steps.</param>
/// <param name="Alive">How many channels count.</param>
/// <param name="Greatest">The greatest magnitude of any channel.</param>
/// <param name="GreatestIsAlive">Whether that channel counts.</param>
/// <param name="Middle">The magnitude that half of the channels do not reach.</param>
readonly record struct StarvedChannels(int Starved, int Alive, float Greatest, bool GreatestIsAlive, float Middle)
{
    const int MaxSteps = 4;

    public double Share => Alive == 0 ? 0 : (double)Starved / Alive;

    /// <param name="channels">The magnitude of each channel, and whether it counts.</param>
    /// <param name="step">The width of a step.</param>
    public static StarvedChannels Of(IReadOnlyCollection<(float Magnitude, bool IsAlive)> channels, float step)
    {
        float[] alive = [.. channels.Where(channel => channel.IsAlive).Select(channel => channel.Magnitude).Order()];
        if (alive.Length == 0) return default;
        var greatest = channels.Max(channel => channel.Magnitude);
        return new(alive.Count(magnitude => magnitude < (MaxSteps + 0.5f) * step), alive.Length, greatest, greatest == alive[^1],
            alive[alive.Length / 2]);
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Starved} of {Alive} channels reach at most ±{MaxSteps} integer steps; the "
        + $"widest{(GreatestIsAlive ? "" : ", which hardly varies,")} reaches {Greatest:G3}, the middle one {Middle:G3}");
}
