using Octet.Numerics;

namespace Octet.Calibration;

/// <summary>Sees the values of one tensor, sample by sample, and keeps a statistic of constant size.</summary>
/// <remarks>
/// One instance serves one thread. Instances of several threads are merged at the end; except where an observer says otherwise,
/// the result is the same bits for any order, batch size and number of threads.
/// </remarks>
public interface IObserver
{
    /// <summary>The smallest and the largest of all values seen; <see cref="ValueRange.Nothing"/> before the first.</summary>
    ValueRange Range { get; }

    /// <summary>Takes values of one sample into account.</summary>
    /// <param name="values">Elements of the tensor, in any order: all of them, or one part after the other.</param>
    /// <param name="sample">The position of the sample in the whole data; matters only to statistics in which samples have an
    /// order.</param>
    /// <exception cref="CalibrationException">A value is not finite.</exception>
    void Observe(ReadOnlySpan<float> values, int sample);

    /// <summary>Takes what another observer of the same kind saw into account; the other one stays as it is.</summary>
    void Merge(IObserver other);

    /// <summary>An observer of the same kind that has seen nothing yet.</summary>
    IObserver CreateEmpty();
}
