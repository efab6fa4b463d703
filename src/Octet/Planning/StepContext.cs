using Octet.Calibration;
using Octet.Data;
using Octet.Graphs;
using Octet.Tensors;

namespace Octet.Planning;

/// <summary>What a step may use beside its draft.</summary>
/// <param name="measured">What was measured of the draft's values, as the step's needs asked.</param>
/// <param name="samples">The calibration samples; null where ranges come only from stored measurements.</param>
/// <param name="run">Threads and progress.</param>
/// <param name="cancel">Ends the work between samples or layers.</param>
sealed class StepContext(Func<Value, Statistic, IObserver> measured, KeptSamples? samples, SampleRunOptions run, CancellationToken cancel)
{
    public SampleRunOptions Run => run;

    public CancellationToken Cancel => cancel;

    /// <summary>Whether there are calibration samples.</summary>
    public bool HasSamples => samples is not null;

    /// <summary>The observer of a value, as the step's needs asked for it.</summary>
    public IObserver Measured(MeasurementNeed need) => measured(need.Value, need.Statistic);

    /// <summary>All calibration samples, for a step that runs its own epochs.</summary>
    /// <exception cref="CalibrationException">There are none.</exception>
    public ISampleSource Samples => (samples ?? throw CalibrationException.NothingSeen()).All;

    /// <summary>The first samples, in memory; for steps that pass them through the model layer by layer.</summary>
    /// <param name="max">How many at most.</param>
    /// <exception cref="CalibrationException">There are none.</exception>
    public IReadOnlyList<IReadOnlyDictionary<string, Tensor>> Keep(int max) =>
        (samples ?? throw CalibrationException.NothingSeen()).First(max, run, cancel);
}
