using System.Diagnostics;
using System.Text;
using Octet.Calibration;
using Octet.Data;
using Octet.Graphs;
using Octet.Planning;
using Octet.Steps;

namespace Octet.Pipeline;

/// <summary>
/// A float model with an observer in place at every value that is to become integers: what PyTorch calls a prepared model. Run samples
/// through it as often as you like, look at what the observers saw, and convert.
/// </summary>
/// <remarks><see cref="QuantizationPipeline"/> does all of it in one call.</remarks>
public sealed class ObservedModel
{
    readonly QuantizationDraft _draft;
    readonly Dictionary<Value, IObserver> _observers;
    readonly Dictionary<Value, CalibrationMethod> _methods;
    TimeSpan _time;

    /// <summary>The number of the next sample, for statistics in which samples have an order.</summary>
    int _next;

    /// <exception cref="CalibrationException">The recipe changes weights, which takes the samples themselves.</exception>
    internal ObservedModel(Model model, Recipe recipe)
    {
        if (recipe.ChangesWeights) throw CalibrationException.NeedsSamples(recipe.Name);
        _draft = CalibrationRun.NeedsOf(model, recipe).Draft;
        _methods = Plan.Groups.SelectMany(group => group.Measured.Select(value => (value, group.Method))).ToDictionary();
        _observers = Plan.Measured.ToDictionary(value => value, value => _methods[value].Needs.CreateObserver());
    }

    /// <summary>The float model that runs.</summary>
    public Model Model => _draft.Model;

    /// <summary>Which values are observed, and what they become.</summary>
    public QuantizationPlan Plan => _draft.Plan;

    /// <summary>How many samples were run so far.</summary>
    public int Samples { get; private set; }

    /// <summary>What each observer saw so far, by the name of its value, in the order of the graph.</summary>
    public IReadOnlyDictionary<string, IObserver> Observers => _observers.ToDictionary(entry => entry.Key.Name, entry => entry.Value);

    /// <summary>Runs samples through the float model and lets the observers see them, beside all they have seen before.</summary>
    /// <param name="samples">What the model will see in use.</param>
    /// <param name="options">Threads and progress.</param>
    /// <param name="cancel">Ends the run between samples; those of an ended run do not count.</param>
    /// <exception cref="OctetException">The model cannot run, a sample does not fit it, or its values are not finite.</exception>
    public void Run(ISampleSource samples, SampleRunOptions? options = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(samples);
        var watch = Stopwatch.StartNew();
        var measured = Calibrator.Measure(
            Model.Graph, Plan.Measured, samples, value => _methods[value].Needs.CreateObserver(),
            (options ?? new()) with { FirstSample = _next }, cancel);
        foreach (var (value, observer) in measured.Observers) _observers[value].Merge(observer);
        Samples += measured.Samples;
        _next += samples.Count;
        _time += watch.Elapsed;
    }

    /// <summary>Chooses ranges from what was seen, and makes the quantized model of them. More samples can be run afterwards, and the model
    /// converted again.</summary>
    /// <exception cref="CalibrationException">No sample was run.</exception>
    public QuantizationResult Convert()
    {
        if (Samples == 0) throw CalibrationException.NothingSeen();
        var watch = Stopwatch.StartNew();
        var context = new StepContext((value, _) => _observers[value], samples: null, new(), CancellationToken.None);
        var draft = new ChooseRanges().Apply(_draft, context)[0];
        var table = new CalibrationTable { Method = draft.Method, Samples = Samples, Ranges = draft.Ranges };
        return new(draft.Quantized!, table, (_time + watch.Elapsed).TotalSeconds);
    }

    /// <summary>A line for each observer: its value, and the range it saw.</summary>
    public override string ToString()
    {
        var text = new StringBuilder($"{_observers.Count} observers after {Samples} samples\n");
        foreach (var (value, observer) in _observers)
            text.Append($"  {value.Name}: {(observer.Range.IsNothing ? "nothing" : observer.Range.ToString())}, {_methods[value]}\n");
        return text.ToString();
    }
}
