using Octet.Numerics;

namespace Octet.Calibration;

/// <summary>Keeps the extremes of each channel in each sample, and averages them as <see cref="MovingAverageMinMaxObserver"/> does for a
/// whole tensor.</summary>
/// <param name="channels">Number of channels.</param>
/// <param name="inner">How many neighbours in memory belong to one channel: the product of the extents after the channel axis.</param>
/// <remarks>Source: torch.ao.quantization.MovingAveragePerChannelMinMaxObserver, with one update a sample instead of one a batch.</remarks>
public sealed class ChannelMovingAverageObserver(int channels, int inner) : IObserver
{
    readonly Dictionary<int, ChannelMinMaxObserver> _samples = [];

    /// <summary>Of the samples that count.</summary>
    public ValueRange Range => _samples.Values.Aggregate(ValueRange.Nothing, (all, sample) => all.Union(sample.Range));

    /// <inheritdoc/>
    public void Observe(ReadOnlySpan<float> values, int sample) => At(sample).Observe(values, sample);

    /// <inheritdoc/>
    public IObserver CreateEmpty() => new ChannelMovingAverageObserver(channels, inner);

    /// <inheritdoc/>
    public void Merge(IObserver other)
    {
        foreach (var (sample, theirs) in ((ChannelMovingAverageObserver)other)._samples) At(sample).Merge(theirs);
    }

    /// <summary>The average of each channel so far; nothing before the first value.</summary>
    /// <param name="share">How far one sample moves the average, 0 to 1.</param>
    public ValueRange[] Average(float share = MovingAverageMinMaxObserver.DefaultShare)
    {
        ValueRange[] average = [.. Enumerable.Repeat(ValueRange.Nothing, channels)];
        MaxSamples.KeepLast(_samples, now: true);
        foreach (var (_, sample) in _samples.OrderBy(entry => entry.Key))
        {
            for (var channel = 0; channel < channels; channel++)
                average[channel] = MovingAverageMinMaxObserver.Moved(average[channel], sample.Ranges[channel], share);
        }
        return average;
    }

    ChannelMinMaxObserver At(int sample)
    {
        if (_samples.TryGetValue(sample, out var known)) return known;
        MaxSamples.KeepLast(_samples);
        return _samples[sample] = new(channels, inner);
    }
}
