using System.Numerics;

namespace Octet.Calibration;

/// <summary>A method of another tool, which searches on that tool's own grid of bins; the histogram that was measured is laid onto
/// it.</summary>
public abstract record GridMethod : HistogramMethod
{
    /// <summary>Fewer could not be divided into the steps of integers.</summary>
    public const int MinSearchBins = 128;

    /// <summary>A method with the usual number of histogram bins.</summary>
    protected GridMethod() => Bins = BinnedCounts.SourceBins;

    /// <summary>The bins of the search.</summary>
    public int SearchBins { get; init; } = 2048;

    /// <inheritdoc/>
    /// <remarks>The measured histogram stays at least four times as fine as the grid, as far as it can.</remarks>
    internal override GridMethod WithBins(int bins) => this with
    {
        SearchBins = bins,
        Bins = Math.Clamp(4 * (int)BitOperations.RoundUpToPowerOf2((uint)bins), BinnedCounts.SourceBins, Histogram.MaxBins)
    };
}
