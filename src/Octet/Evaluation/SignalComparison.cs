namespace Octet.Evaluation;

/// <summary>How far one signal is from another, from sums that can be added up over samples.</summary>
/// <param name="Reference">Σ x², of the reference.</param>
/// <param name="Other">Σ y².</param>
/// <param name="Product">Σ x·y.</param>
/// <param name="Error">Σ (x − y)².</param>
public readonly record struct SignalComparison(double Reference, double Other, double Product, double Error)
{
    /// <summary>Compares element by element; both of one length. Infinities that are equal, such as masks, are left out.</summary>
    public static SignalComparison Of(ReadOnlySpan<float> reference, ReadOnlySpan<float> other)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(other.Length, reference.Length);
        double xx = 0, yy = 0, xy = 0, ee = 0;
        for (var i = 0; i < reference.Length; i++)
        {
            double x = reference[i], y = other[i];
            if (double.IsInfinity(x) && x == y) continue;
            xx += x * x;
            yy += y * y;
            xy += x * y;
            ee += (x - y) * (x - y);
        }
        return new(xx, yy, xy, ee);
    }

    /// <summary>The comparison over the elements of both.</summary>
    public static SignalComparison operator +(SignalComparison a, SignalComparison b) =>
        new(a.Reference + b.Reference, a.Other + b.Other, a.Product + b.Product, a.Error + b.Error);

    /// <summary>Signal to quantization noise ratio in decibels: 10 · log10(Σ x² / Σ (x − y)²). Infinite for equal signals.</summary>
    public double SqnrDb => Error == 0 ? double.PositiveInfinity : 10 * Math.Log10(Reference / Error);

    /// <summary>Cosine of the angle between the signals: 1 for equal directions; 1 too where both are zero.</summary>
    public double Cosine => Reference == 0 && Other == 0 ? 1 : Reference == 0 || Other == 0 ? 0 : Product / Math.Sqrt(Reference * Other);

    /// <summary>tpu-mlir's Euclid similarity, <c>1 − ‖x − y‖ / ‖(x + y) / 2‖</c>: 1 for equal signals, less the further they are apart,
    /// without a lower limit.</summary>
    public double EuclidSimilarity => Error == 0 ? 1 : 1 - Math.Sqrt(Error / (Math.Max(0, Reference + Other + 2 * Product) / 4));
}
