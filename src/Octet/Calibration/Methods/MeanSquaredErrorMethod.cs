using Octet.Numerics;

namespace Octet.Calibration.Methods;

/// <summary>The range with the least squared error of rounding and saturating together.</summary>
/// <remarks>
/// Tries ranges, takes for each the very scale and zero point it would give, and adds up <c>(x − FakeQuantize(x))²</c> over the histogram,
/// as exactly as its bins allow: <c>E = Σ over steps q of ∫ (x − scale · q)² p(x) dx</c>, where the outermost steps reach to infinity.
/// Source: Nagel et al. 2021, arXiv:2106.08295, section 3.1 (range setting by mean squared error).
/// </remarks>
public sealed record MeanSquaredErrorMethod : HistogramMethod
{
    /// <inheritdoc/>
    public override string Name => "mse";

    /// <inheritdoc/>
    public override string Description => "the range with the least squared error of rounding and saturating";

    /// <inheritdoc/>
    protected override ValueRange Choose(Histogram histogram, QuantizationSpec spec) =>
        RangeSearch.Minimize(histogram.Range, spec, new HistogramMoments(histogram).SquaredError);
}
