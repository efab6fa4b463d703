using Octet.Calibration.Methods;

namespace Octet.Calibration;

/// <summary>What is to be measured of a value of the model. Methods that need equal statistics share one observer, so data runs once for
/// all of them.</summary>
public abstract record Statistic
{
    /// <summary>A new observer that measures it, and has seen nothing yet.</summary>
    public abstract IObserver CreateObserver();

    /// <summary>What it is, in a few words for messages.</summary>
    public abstract override string ToString();

    /// <summary>The smallest and the largest value of all samples.</summary>
    public sealed record Extremes : Statistic
    {
        /// <inheritdoc/>
        public override IObserver CreateObserver() => new MinMaxObserver();

        /// <inheritdoc/>
        public override string ToString() => "the extremes";
    }

    /// <summary>The smallest and the largest value of each sample.</summary>
    public sealed record SampleExtremes : Statistic
    {
        /// <inheritdoc/>
        public override IObserver CreateObserver() => new MovingAverageMinMaxObserver();

        /// <inheritdoc/>
        public override string ToString() => "the extremes of each sample";
    }

    /// <summary>A histogram.</summary>
    /// <param name="Bins">Of one side of zero.</param>
    public sealed record Distribution(int Bins = Histogram.DefaultBins) : Statistic
    {
        /// <inheritdoc/>
        public override IObserver CreateObserver() => new HistogramObserver(Bins);

        /// <inheritdoc/>
        public override string ToString() => $"a histogram of {Bins} bins";
    }

    /// <summary>The smallest and the largest value of each channel.</summary>
    internal sealed record ChannelExtremes : Statistic
    {
        /// <inheritdoc/>
        public override IObserver CreateObserver() => new ChannelExtremesObserver();

        /// <inheritdoc/>
        public override string ToString() => "the extremes of each channel";
    }

    /// <summary>A limit of magnitudes for each sample.</summary>
    /// <param name="Method">Says how the limit follows from a sample's values.</param>
    public sealed record SampleThresholds(SampleThresholdMethod Method) : Statistic
    {
        /// <inheritdoc/>
        public override IObserver CreateObserver() => new SampleThresholdObserver(Method);

        /// <inheritdoc/>
        public override string ToString() => $"the limit of each sample by {Method}";
    }
}
