using Octet.Kernels;
using Octet.Numerics;
using Octet.Tensors;

namespace Octet.Calibration;

/// <summary>Keeps the smallest and the largest value of each channel of images [batch, channels, …] and rows [batch, channels].</summary>
sealed class ChannelExtremesObserver : IObserver
{
    ValueRange[] _ranges;

    /// <param name="ranges">What each channel showed before.</param>
    public ChannelExtremesObserver(params ValueRange[] ranges) => _ranges = ranges;

    /// <summary>One for each channel; empty before the first tensor.</summary>
    public IReadOnlyList<ValueRange> Ranges => _ranges;

    public ValueRange Range => _ranges.Aggregate(ValueRange.Nothing, (all, range) => all.Union(range));

    /// <exception cref="CalibrationException">A value is not finite.</exception>
    public void Observe(Tensor tensor)
    {
        var seen = MinMax.OfChannels(tensor.Floats, ChannelLayout.Of(tensor.Shape, 1));
        foreach (var range in seen) CalibrationException.ThrowIfNotFinite(range);
        Add(seen);
    }

    /// <exception cref="NotSupportedException">Always: without the shape the channels are not known.</exception>
    public void Observe(ReadOnlySpan<float> values, int sample) =>
        throw new NotSupportedException("Channels are observed in whole tensors.");

    public void Merge(IObserver other) => Add(((ChannelExtremesObserver)other)._ranges);

    public IObserver CreateEmpty() => new ChannelExtremesObserver();

    void Add(ValueRange[] ranges) =>
        _ranges = _ranges.Length == 0 ? [.. ranges] : ranges.Length == 0
        ? _ranges : [.. _ranges.Zip(ranges, (known, seen) => known.Union(seen))];
}
