using Octet.Calibration;
using Octet.Calibration.Formats;
using Octet.Graphs;
using Octet.Numerics;

namespace Octet.Planning;

/// <summary>Applies a calibration table, of whatever origin, to a plan: which groups it covers, and what each of them is to
/// represent.</summary>
sealed class TableRanges
{
    readonly CalibrationTable _table;
    readonly bool _asymmetric;

    /// <param name="table">As it was read; its names are matched with the model's.</param>
    /// <param name="plan">What is to become integers.</param>
    /// <param name="options">How the table is to be read.</param>
    /// <exception cref="CalibrationTableException">The table lacks values of the plan; the message lists them, and the names that the model
    /// lacks.</exception>
    public TableRanges(CalibrationTable table, QuantizationPlan plan, TableOptions options)
    {
        _table = TableNames.ToModel(table, plan.Graph, out var unknown);
        _asymmetric = options.Asymmetric;
        Unknown = unknown;

        var missing = plan.Groups.Where(group => group.Fixed is null && !Covers(group)).ToArray();
        var isPartial = options.IsPartial || table.InputThresholds.Count > 0;
        if (missing.Length > 0 && (!isPartial || missing.Length == plan.Groups.Count))
            throw CalibrationTableException.OfOtherNames(options.Path,
                [.. missing.SelectMany(group => group.Values).Select(value => value.Name)], unknown);
        Plan = missing.Length == 0 ? plan : plan with { Groups = [.. plan.Groups.Except(missing)] };
    }

    /// <summary>The plan; without the groups that a partial table leaves in floats.</summary>
    public QuantizationPlan Plan { get; }

    /// <summary>The names in the table that the model has not.</summary>
    public IReadOnlyList<string> Unknown { get; }

    /// <summary>What a group's integers are to represent: all that the table says of any of its values.</summary>
    public ValueRange RangeOf(ValueGroup group) =>
        Known(group).Select(value => RangeOf(value, group.Spec)).Aggregate((all, next) => all.Union(next));

    /// <summary>The widths of the steps of a weight, where the table gives them.</summary>
    /// <returns>One for the tensor or for each channel; 0 where it is left open; null for none.</returns>
    public IReadOnlyList<float>? ScalesOf(PlannedWeight weight) => _table.WeightScales.GetValueOrDefault(weight.Weight.Name);

    ValueRange RangeOf(Value value, QuantizationSpec spec)
    {
        var isKnown = _table.Ranges.TryGetValue(value.Name, out var range);
        if (!_table.Thresholds.TryGetValue(value.Name, out var threshold)) return range;
        if (!isKnown) return new(value.IsNeverNegative() ? 0 : -threshold, threshold);

        var wantsRange = _table.RangesAreExtremes ? _asymmetric || _table.AsymmetricValues.Contains(value.Name) : !spec.Symmetric;
        return wantsRange ? range : new(range.Low < 0 ? -threshold : 0, threshold);
    }

    bool Covers(ValueGroup group) => Known(group).Any();

    IEnumerable<Value> Known(ValueGroup group) =>
        group.Values.Where(value => _table.Ranges.ContainsKey(value.Name) || _table.Thresholds.ContainsKey(value.Name));
}

/// <summary>How a calibration table is to be read.</summary>
/// <param name="Path">Where it came from, for messages.</param>
/// <param name="Asymmetric">Where a table gives thresholds and extremes (tpu-mlir's): take the extremes, for integers with a zero point,
/// not the thresholds.</param>
/// <param name="IsPartial">Values that the table lacks stay in floats. Tables that list layers (ncnn's) are always taken so.</param>
public sealed record TableOptions(string Path, bool Asymmetric = false, bool IsPartial = false);
