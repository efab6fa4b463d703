using Octet.Calibration;
using Octet.Calibration.Methods;
using Octet.Graphs;
using Octet.Numerics;
using Octet.Planning;

namespace Octet.Steps;

/// <summary>Chooses the range of each value between operators by the method of its place in the recipe, and rounds weights to the nearest:
/// the step that makes integers of a model.</summary>
public sealed record ChooseRanges : QuantizationStep
{
    /// <inheritdoc/>
    public override string Name => "choose-ranges";

    internal override StepStage Stage => StepStage.Ranges;

    internal override bool ChangesWeights => false;

    internal override IEnumerable<MeasurementNeed> Needs(QuantizationDraft draft) => NeedsOf(draft.Plan);

    internal override IReadOnlyList<QuantizationDraft> Apply(QuantizationDraft draft, StepContext context)
    {
        var plan = draft.Plan;
        var chosen = ForEachGroup(
            plan, (value, statistic) => context.Measured(new(value, statistic)), context.Run.EffectiveThreads(plan.Groups.Count),
            RangeOf);
        var rangeOf = chosen.ToDictionary(entry => entry.Group, entry => entry.Choice);
        var ranges = chosen.SelectMany(entry => entry.Group.Values.Select(value => KeyValuePair.Create(value.Name, entry.Choice)))
            .ToDictionary();
        return [draft.WithRanges(new(draft.Model, plan, group => rangeOf[group]), ranges, draft.Recipe.Config.ActivationMethod.Name)];
    }

    /// <summary>What has to be measured of each value so that the methods of a plan can choose.</summary>
    internal static IEnumerable<MeasurementNeed> NeedsOf(QuantizationPlan plan) =>
        plan.Groups.SelectMany(
            group => group.Measured.Where(value => value.Constant is null).Select(value => new MeasurementNeed(value, group.Method.Needs)))
            .Distinct();

    /// <summary>What <paramref name="choose"/> gives for each group without a fixed range; groups side by side, for some methods search
    /// long.</summary>
    /// <param name="plan">The groups.</param>
    /// <param name="measured">The observer of a value.</param>
    /// <param name="threads">How many groups at once.</param>
    /// <param name="choose">Gets a group, and an observer that has seen all of its values.</param>
    internal static IReadOnlyList<(ValueGroup Group, T Choice)> ForEachGroup<T>(
        QuantizationPlan plan, Func<Value, Statistic, IObserver> measured, int threads, Func<ValueGroup, IObserver, T> choose)
    {
        var groups = plan.Groups.Where(group => group.Fixed is null).ToArray();
        var choices = new T[groups.Length];
        // Called for the constants first, and then once for all values.
        var ignored = new Lazy<IReadOnlyDictionary<Value, IgnoredElements>>(() => IgnoredElements.In(plan.Graph));
        ParallelWork.ForEach(groups.Length, threads,
            index => choices[index] = choose(groups[index], Observed(groups[index], measured, ignored)));
        return [.. groups.Zip(choices)];
    }

    /// <summary>
    /// A percentile says which of the elements that samples bring may be lost. Of a table that is looked up all are known, and what one of
    /// its rows loses is lost whenever that row is looked up: where the percentile would cut constants, squared errors decide.
    /// </summary>
    static ValueRange RangeOf(ValueGroup group, IObserver observer)
    {
        var range = group.Method.RangeOf(observer, group.Spec);
        return group.Method is PercentileMethod && range != observer.Range && group.Measured.All(value => value.Constant is not null)
            ? new MeanSquaredErrorMethod().RangeOf(observer, group.Spec) : range;
    }

    /// <summary>One observer that has seen all values of a group.</summary>
    static IObserver Observed(ValueGroup group, Func<Value, Statistic, IObserver> measured,
        Lazy<IReadOnlyDictionary<Value, IgnoredElements>> ignored)
    {
        var observer = group.Method.Needs.CreateObserver();
        foreach (var value in group.Measured)
        {
            if (value.Constant is { } constant)
                observer.Observe(ignored.Value.TryGetValue(value, out var rows)
                    ? rows.Raised(constant.Floats, constant.Shape) : constant.Floats, sample: 0);
            else observer.Merge(measured(value, group.Method.Needs));
        }
        return observer;
    }
}
