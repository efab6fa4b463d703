using System.Globalization;
using Octet.Graphs;
using Octet.Numerics;
using Octet.Operators;
using Octet.Planning;

namespace Octet.Checking;

/// <summary>Values of very different ranges that have to share one scale: where they are joined, and where one value serves readers who use
/// very different parts of it.</summary>
sealed class MixedRanges : Guideline
{
    /// <summary>Values that are concatenated keep their own meaning; a loss of three bits shows.</summary>
    const int BitsLostBySide = 3;

    /// <summary>In a sum, a term counts by its magnitude; only a large difference is reported.</summary>
    const int BitsLostBySum = 5;

    public override string Name => "mixed-ranges";

    public override string Title => "values of very different ranges that share a scale";

    public override string Advice(Recipe recipe) =>
        "Bring the ranges together in training (a batch normalization or a bounded activation on the wide side), or take 16 bits between "
        + "operators.";

    public override IReadOnlyList<Remedy> Remedies(Recipe recipe) => [Wider(recipe)];

    public override bool NeedsSamples => true;

    public override IEnumerable<Finding> Find(CheckedModel model) =>
        model.Measured is { } measured
        ? model.Graph.Nodes.SelectMany(node => Joined(measured, node)).Concat(model.Rounded.SelectMany(value => Shared(measured, value)))
        : [];

    static IEnumerable<Finding> Joined(Measurement measured, Node node)
    {
        if (node.Operator.Joining is not (Joining.SideBySide or Joining.Sum)) yield break;
        var isSideBySide = node.Operator.Joining == Joining.SideBySide;
        var inputs = node.Inputs.OfType<Value>().Where(input => measured[input] is { Range.IsNothing: false }).Distinct()
            .OrderBy(input => measured[input]!.Range.Magnitude).ToArray();
        if (inputs is not [var narrow, .., var wide] || measured[narrow]!.Range.Magnitude == 0) yield break;

        var lost = BitsBetween(measured[narrow]!.Range.Magnitude, measured[wide]!.Range.Magnitude);
        if (lost < (isSideBySide ? BitsLostBySide : BitsLostBySum)) yield break;
        yield return new(isSideBySide ? Severity.Warning : Severity.Note, node.OpType, node.Label, string.Create(
            CultureInfo.InvariantCulture,
            $"'{wide.Name}' reaches {measured[wide]!.Range.Magnitude:G3}, '{narrow.Name}' {measured[narrow]!.Range.Magnitude:G3}: {lost} "
            + $"bits of the latter are lost"), lost);
    }

    /// <summary>A value with several readers, none of whom uses all of its range, or of whom one uses a small part.</summary>
    static IEnumerable<Finding> Shared(Measurement measured, Value value)
    {
        if (value.Consumers.Count < 2 || measured[value] is not { Range.IsNothing: false } seen) yield break;
        var used = value.Consumers.Select(reader => UsedBy(reader, value, seen.Range)).ToArray();
        var (min, max) = (used.MinBy(range => range.Magnitude), used.Aggregate((all, range) => all.Union(range)));
        if (min.Magnitude == 0) yield break;

        var (operatorType, name) = CheckedModel.Place(value);
        var unused = BitsBetween(max.Magnitude, seen.Range.Magnitude);
        var lost = BitsBetween(min.Magnitude, max.Magnitude);
        if (unused >= BitsLostBySide)
        {
            yield return new(Severity.Warning, operatorType, name,
                string.Create(CultureInfo.InvariantCulture,
                    $"reaches {Text(seen.Range)}, but its readers use only {Text(max)}: {unused} bits are unused"), unused);
        }
        else if (lost >= BitsLostBySide)
        {
            var reader = value.Consumers[Array.IndexOf(used, min)];
            yield return new(Severity.Warning, operatorType, name,
                string.Create(CultureInfo.InvariantCulture,
                    $"one reader uses {Text(max)}, but {reader.OpType} '{reader.Label}' no more than {Text(min)}: {lost} bits of what it "
                    + $"reads are lost"), lost);
        }
    }

    /// <summary>The part of a value's range in which a reader's output changes.</summary>
    static ValueRange UsedBy(Node reader, Value value, ValueRange range)
    {
        if (reader.DataInputs.FirstOrDefault() == value && reader.Operator.Joining == Joining.None)
            return Within(range, reader.Limits ?? reader.Operator.UsedInput);
        // x · gate(x) is zero where the gate is: for x · sigmoid(x), far below zero.
        var makers = reader.Operator.Joining == Joining.Product ? reader.Inputs.Select(input => input?.Producer) : [];
        return makers.FirstOrDefault(maker => maker is { Operator.OutputRange.Low: 0 } && maker.Inputs[0] == value) is { } gate
            ? Within(range, ValueRange.Unlimited with { Low = gate.Operator.UsedInput.Low })
            : range;
    }

    static ValueRange Within(ValueRange range, ValueRange limits) =>
        new(Math.Clamp(range.Low, limits.Low, limits.High), Math.Clamp(range.High, limits.Low, limits.High));

    static int BitsBetween(float narrow, float wide) => (int)Math.Round(Math.Log2(PowerOfTwo.Ceiling(wide) / PowerOfTwo.Ceiling(narrow)));

    static string Text(ValueRange range) => string.Create(CultureInfo.InvariantCulture, $"{range.Low:G3} to {range.High:G3}");
}
