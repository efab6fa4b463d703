namespace Octet.Calibration;

/// <summary>Sees the values of one tensor, sample by sample, and keeps a statistic of constant size.</summary>
/// <remarks>
/// One instance serves one thread. Instances of several threads are merged at the end; except where an observer says otherwise,
/// the result is the same bits for any order, batch size and number of threads.
/// </remarks>
public interface IObserver
{
    /// <summary>Takes the values of one sample into account.</summary>
    /// <param name="values">All elements of the tensor, in any order.</param>
    /// <exception cref="CalibrationException">A value is not finite.</exception>
    void Observe(ReadOnlySpan<float> values);

    /// <summary>Takes what another observer of the same kind saw into account.</summary>
    void Merge(IObserver other);
}
