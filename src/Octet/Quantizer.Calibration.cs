using System.Security.Cryptography;
using System.Text;
using Octet.Calibration;
using Octet.Calibration.Methods;
using Octet.Data;
using Octet.Graphs;
using Octet.Numerics;
using Octet.Passes;
using Octet.Planning;
using Octet.Tensors;

namespace Octet;

/// <summary>Calibration in two steps: measure, which takes long and can be spread over machines, and choose, which takes a moment and can be done again.</summary>
public static partial class Quantizer
{
    /// <summary>Runs samples, or a part of them, through the float model once and keeps what the methods need to choose from.</summary>
    /// <param name="model">A prepared model.</param>
    /// <param name="samples">All samples, also where only a part is run.</param>
    /// <param name="options">The recipe says which values are measured; threads, progress.</param>
    /// <param name="methods">What to measure for, beside the methods of the recipe.</param>
    /// <param name="shard">The part to run; null runs all.</param>
    /// <param name="cancel">Ends the run between samples.</param>
    /// <exception cref="OctetException">The model cannot run, a sample does not fit it, or its values are not finite.</exception>
    public static CalibrationStatistics Measure(
        Model model, ISampleSource samples, QuantizerOptions? options = null, IReadOnlyList<CalibrationMethod>? methods = null, Shard? shard = null, CancellationToken cancel = default)
    {
        options ??= new();
        var plan = MeasuredPlanOf(model, options.Recipe);
        var part = (shard ?? new(1, 1)).Of(samples.Count);
        if (part.Count == 0) throw new CalibrationException($"Part {shard} has no samples: there are only {samples.Count} in all.");

        var needs = NeedsOf(plan, (methods ?? []).Select(method => Planner.Plan(plan.Graph, options.WithMethod(method).Recipe)));
        var shown = samples.Slice(part);
        var measured = Calibrator.Measure(plan.Graph, plan.Measured, shown, value => new ObserverSet(needs[value]), options.Run with { FirstSample = part.From }, cancel);
        return new()
        {
            Model = ModelDigest.Of(model),
            Data = DigestOf(samples),
            TotalSamples = samples.Count,
            Seen = [part],
            Skipped = [.. shown.Skipped.Select(sample => sample.Name).Order(StringComparer.Ordinal)],
            Observers = plan.Measured.ToDictionary(value => value.Name, value => measured.Observers[value]),
        };
    }

    /// <summary>Chooses ranges from what was measured, and gives the quantized model; nothing is run.</summary>
    /// <param name="model">The prepared model that was measured.</param>
    /// <param name="statistics">Of all samples, or of some.</param>
    /// <param name="options">The recipe, whose methods choose.</param>
    /// <exception cref="CalibrationException">The statistics are of another model, or lack what a method needs.</exception>
    public static QuantizationResult Quantize(Model model, CalibrationStatistics statistics, QuantizerOptions? options = null)
    {
        options ??= new();
        var plan = MeasuredPlanOf(model, options.Recipe);
        var ranges = Choose(plan, statistics, options, (group, observer) => group.Method.RangeOf(observer, group.Spec));
        var rangeOf = ranges.ToDictionary(chosen => chosen.Group, chosen => chosen.Choice);
        return new(new(model.With(plan.Graph), plan, group => rangeOf[group]), TableOf(statistics, options) with { Ranges = ByName(ranges).ToDictionary() }, 0);
    }

    /// <summary>Chooses ranges, and thresholds for integers without a zero point, from what was measured.</summary>
    /// <param name="model">The prepared model that was measured.</param>
    /// <param name="statistics">Of all samples, or of some.</param>
    /// <param name="options">The recipe, whose methods choose.</param>
    /// <exception cref="CalibrationException">The statistics are of another model, or lack what a method needs.</exception>
    public static CalibrationTable Table(Model model, CalibrationStatistics statistics, QuantizerOptions? options = null)
    {
        options ??= new();
        var chosen = Choose(MeasuredPlanOf(model, options.Recipe), statistics, options, (group, observer) =>
            (Range: group.Method.RangeOf(observer, group.Spec), Threshold: group.Method.RangeOf(observer, QuantizationSpec.Int8Symmetric).Magnitude));
        return TableOf(statistics, options) with
        {
            Ranges = ByName(chosen).ToDictionary(entry => entry.Key, entry => entry.Value.Range),
            Thresholds = ByName(chosen).ToDictionary(entry => entry.Key, entry => entry.Value.Threshold),
            Statistics = statistics,
        };
    }

    static CalibrationTable TableOf(CalibrationStatistics statistics, QuantizerOptions options) => new()
    {
        Method = options.Recipe.Config.ActivationMethod.Name,
        Bins = options.Recipe.Config.ActivationMethod switch { GridMethod grid => grid.SearchBins, HistogramMethod histogram => histogram.Bins, _ => 0 },
        Samples = statistics.Samples,
    };

    /// <summary>What <paramref name="choose"/> gives for each group that needs a choice; groups side by side, for some methods search long.</summary>
    static IReadOnlyList<(ValueGroup Group, T Choice)> Choose<T>(QuantizationPlan plan, CalibrationStatistics statistics, QuantizerOptions options, Func<ValueGroup, IObserver, T> choose)
    {
        var lacking = plan.Measured.Where(value => !statistics.Observers.ContainsKey(value.Name)).Select(value => value.Name).ToArray();
        if (lacking.Length > 0) throw new CalibrationException($"The statistics lack {lacking.Length} value(s) that the recipe '{options.Recipe}' makes integers: {string.Join(", ", lacking.Take(20))}. Are they of this model, and of this recipe?");

        var groups = plan.Groups.Where(group => group.Fixed is null).ToArray();
        var choices = new T[groups.Length];
        Exception? problem = null;
        Parallel.For(0, groups.Length, new() { MaxDegreeOfParallelism = options.Run.EffectiveThreads(groups.Length) }, (index, state) =>
        {
            try
            {
                choices[index] = choose(groups[index], Observed(groups[index], value => ((ObserverSet)statistics.Observers[value.Name])[groups[index].Method.Needs]));
            }
            catch (Exception found)
            {
                Interlocked.CompareExchange(ref problem, found, null);
                state.Stop();
            }
        });
        if (problem is not null) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(problem);
        return [.. groups.Zip(choices)];
    }

    static IEnumerable<KeyValuePair<string, T>> ByName<T>(IEnumerable<(ValueGroup Group, T Choice)> choices) =>
        choices.SelectMany(chosen => chosen.Group.Values.Select(value => KeyValuePair.Create(value.Name, chosen.Choice)));

    /// <summary>The plan whose ranges are chosen by the methods of the recipe.</summary>
    static QuantizationPlan MeasuredPlanOf(Model model, Recipe recipe) => !recipe.ChangesWeights
        ? PlanOf(model, recipe)
        : throw CalibrationException.NeedsSamples(recipe.Name);

    /// <summary>The plan for the graph as the recipe changes it; the model's own graph stays as it is.</summary>
    internal static QuantizationPlan PlanOf(Model model, Recipe recipe)
    {
        PlanException.ThrowIfUnfit(model);
        var graph = model.Graph;
        if (recipe.EqualizeGates && EqualizeGates.AppliesTo(graph)) new EqualizeGates().Apply(graph = graph.Clone());
        var plan = Planner.Plan(graph, recipe);
        if (plan.IsEmpty) throw PlanException.NothingToQuantize(model, recipe);
        ThrowIfConstantsAreNotFinite(plan);
        return plan;
    }

    /// <summary>What has to be measured of each value so that all of the plans can choose.</summary>
    static Dictionary<Value, Statistic[]> NeedsOf(QuantizationPlan plan, IEnumerable<QuantizationPlan> others) => others.Prepend(plan)
        .SelectMany(each => each.Groups.SelectMany(group => group.Measured.Select(value => (value, group.Method.Needs))))
        .GroupBy(need => need.value, need => need.Needs)
        .ToDictionary(needs => needs.Key, needs => needs.Distinct().ToArray());

    /// <summary>One observer that has seen all values of a group.</summary>
    internal static IObserver Observed(ValueGroup group, Func<Value, IObserver> observerOf)
    {
        var observer = group.Method.Needs.CreateObserver();
        foreach (var value in group.Measured)
        {
            if (value.Constant is { } constant) observer.Observe(Counted(value, constant), sample: 0);
            else observer.Merge(observerOf(value));
        }
        return observer;
    }

    /// <summary>The elements of a constant, without the depth of a mask.</summary>
    static ReadOnlySpan<float> Counted(Value value, Tensor constant) =>
        IgnoredElements.In(value.Graph).TryGetValue(value, out var ignored) ? ignored.Raised(constant.Floats, constant.Shape) : constant.Floats;

    /// <exception cref="CalibrationException">A constant that becomes integers is no finite number; the message lists them.</exception>
    static void ThrowIfConstantsAreNotFinite(QuantizationPlan plan)
    {
        var constants = plan.Weights.Select(weight => (weight.Weight, $"weight of {weight.Node.Label}"))
            .Concat(plan.Biases.Select(bias => (bias.Node.Inputs[bias.Input]!, $"bias of {bias.Node.Label}")))
            .Concat(plan.Groups.SelectMany(group => group.Values).Where(value => value.Constant is not null).Select(value => (value, $"read by {value.Consumers[0].Label}")));
        var ignored = new Lazy<IReadOnlyDictionary<Value, IgnoredElements>>(() => IgnoredElements.In(plan.Graph));
        if (NonFiniteSearch.In(constants.Where(entry => !ignored.Value.ContainsKey(entry.Item1))) is { Count: > 0 } problems) throw CalibrationException.NotFinite(problems);
    }

    static string DigestOf(ISampleSource samples)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var i = 0; i < samples.Count; i++) hash.AppendData(Encoding.UTF8.GetBytes($"{samples.NameOf(i)}\n"));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
