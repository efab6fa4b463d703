using Octet.Numerics;

namespace Octet.Calibration;

/// <summary>A way to choose the range that the integers of a value will represent: what has to be measured, and how a range follows from
/// it.</summary>
public abstract record CalibrationMethod
{
    /// <summary>As the command line and tables call it: <c>minmax</c>.</summary>
    public abstract string Name { get; }

    /// <summary>What it does, in half a line.</summary>
    public abstract string Description { get; }

    /// <summary>What has to be measured of a value so that its range can be chosen.</summary>
    public abstract Statistic Needs { get; }

    /// <summary>The method as it is for one value of a model; the same, where neither integers nor place matter.</summary>
    /// <param name="spec">The integers of the value.</param>
    /// <param name="index">The place of the value among those that become integers, in the order of the graph.</param>
    /// <param name="count">How many there are.</param>
    public virtual CalibrationMethod For(QuantizationSpec spec, int index, int count) => this;

    /// <summary>Chooses the range for what was observed. Where all values are zero, it is [0, 0] by every method.</summary>
    /// <param name="observer">Made by <see cref="Needs"/>; of all values that share their parameters, merged.</param>
    /// <param name="spec">The integers that the range is for; some methods weigh the error of rounding to them.</param>
    /// <exception cref="CalibrationException">Nothing was observed.</exception>
    public ValueRange RangeOf(IObserver observer, QuantizationSpec spec)
    {
        ArgumentNullException.ThrowIfNull(observer);
        ArgumentNullException.ThrowIfNull(spec);
        if (observer.Range.IsNothing) throw CalibrationException.NothingSeen();
        return observer.Range.Magnitude == 0 ? observer.Range : Choose(observer, spec);
    }

    /// <summary>Chooses the range; called only where there is something to choose.</summary>
    /// <param name="observer">Has seen a value other than zero.</param>
    /// <param name="spec">The integers that the range is for.</param>
    protected abstract ValueRange Choose(IObserver observer, QuantizationSpec spec);

    /// <summary><see cref="Name"/>.</summary>
    public sealed override string ToString() => Name;
}

/// <summary>A method that looks at the distribution of values.</summary>
public abstract record HistogramMethod : CalibrationMethod
{
    /// <summary>Bins of one side of zero.</summary>
    public int Bins { get; init; } = Histogram.DefaultBins;

    /// <inheritdoc/>
    public override Statistic Needs => new Statistic.Distribution(Bins);

    /// <summary>The method with as many bins as a user asks for: those that it chooses among.</summary>
    internal virtual HistogramMethod WithBins(int bins) => this with { Bins = bins };

    /// <inheritdoc/>
    protected override ValueRange Choose(IObserver observer, QuantizationSpec spec) =>
        Choose(((HistogramObserver)observer).Histogram, spec);

    /// <summary>Chooses the range from a histogram.</summary>
    /// <param name="histogram">Has counted a value other than zero.</param>
    /// <param name="spec">The integers that the range is for.</param>
    protected abstract ValueRange Choose(Histogram histogram, QuantizationSpec spec);
}
