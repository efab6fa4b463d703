using Octet.Kernels;
using Octet.Numerics;

namespace Octet.Calibration;

/// <summary>Keeps the smallest and the largest value of each channel.</summary>
/// <param name="channels">Number of channels.</param>
/// <param name="inner">How many neighbours in memory belong to one channel: the product of the extents after the channel axis.</param>
public sealed class ChannelMinMaxObserver(int channels, int inner) : IObserver
{
    readonly ValueRange[] _ranges = [.. Enumerable.Repeat(ValueRange.Nothing, channels)];

    /// <summary>One a channel; nothing before the first value.</summary>
    public ReadOnlySpan<ValueRange> Ranges => _ranges;

    /// <summary>Of all channels together.</summary>
    public ValueRange Range => _ranges.Aggregate(ValueRange.Nothing, (all, range) => all.Union(range));

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The values do not fill whole channels.</exception>
    public void Observe(ReadOnlySpan<float> values, int sample)
    {
        var (outer, rest) = Math.DivRem(values.Length, channels * inner);
        if (rest != 0)
            throw new ArgumentException($"{values.Length} values do not divide into {channels} channels of {inner}", nameof(values));
        MinMax.OfChannels(values, new(outer, channels, inner), _ranges);
        foreach (var range in _ranges) CalibrationException.ThrowIfNotFinite(range);
    }

    /// <inheritdoc/>
    public IObserver CreateEmpty() => new ChannelMinMaxObserver(channels, inner);

    /// <inheritdoc/>
    public void Merge(IObserver other)
    {
        var theirs = ((ChannelMinMaxObserver)other)._ranges;
        for (var channel = 0; channel < channels; channel++) _ranges[channel] = _ranges[channel].Union(theirs[channel]);
    }
}
