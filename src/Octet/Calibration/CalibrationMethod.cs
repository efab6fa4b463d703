using Octet.Numerics;

namespace Octet.Calibration;

/// <summary>A way to choose, from what was measured of a value, the range that its integers will represent.</summary>
public abstract record CalibrationMethod
{
    /// <summary>As the command line and files name it.</summary>
    public abstract string Name { get; }

    /// <summary>What it does, in half a line for people.</summary>
    public abstract string Description { get; }

    public abstract Statistic Needs { get; }

    /// <param name="observer">Made by <see cref="Needs"/>.</param>
    /// <param name="spec">The integers that the range is for; some methods weigh the error of rounding to them.</param>
    /// <exception cref="CalibrationException">Nothing was observed.</exception>
    public abstract ValueRange RangeOf(IObserver observer, QuantizationSpec spec);
}

/// <summary>A method that looks at the distribution of values.</summary>
public abstract record HistogramMethod : CalibrationMethod
{
    /// <summary>Bins of one side of zero.</summary>
    public int Bins { get; init; } = Histogram.DefaultBins;

    public override Statistic Needs => new Statistic.Distribution(Bins);

    public override ValueRange RangeOf(IObserver observer, QuantizationSpec spec)
    {
        var histogram = ((HistogramObserver)observer).Histogram;
        if (histogram.Count == 0) throw CalibrationException.NothingSeen();
        return histogram.Range.Magnitude == 0 ? histogram.Range : RangeOf(histogram, spec);
    }

    /// <param name="histogram">Of values of which at least one is not zero.</param>
    /// <param name="spec">The integers that the range is for.</param>
    protected internal abstract ValueRange RangeOf(Histogram histogram, QuantizationSpec spec);
}
