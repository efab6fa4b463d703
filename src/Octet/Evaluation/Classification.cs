using Octet.Data;
using Octet.Running;
using Octet.Tensors;

namespace Octet.Evaluation;

/// <summary>How often a classifier is right. Its first output holds a score for each class.</summary>
/// <param name="classOf">The right class, 0..classes − 1, of the sample at each index.</param>
public sealed class Classification(IReadOnlyList<int> classOf) : Metric<int[]>
{
    const int Best = 5;

    readonly IReadOnlyList<int> _classOf = classOf ?? throw new ArgumentNullException(nameof(classOf));

    /// <summary>The class with the highest score for each sample; null where the source skipped it.</summary>
    public static IReadOnlyList<int?> Predict(IModelRunner model, ISampleSource samples, SampleRunOptions? options = null,
        CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(samples);
        var predictions = new int?[samples.Count];
        SampleRun.ForEach(samples, "classify", options ?? new(), (_, index, sample) =>
            model.Run(sample.Inputs, outputs => predictions[index] = BestClasses(outputs[0])[0]), cancel);
        return predictions;
    }

    /// <summary>The right class before the classes with the five highest scores.</summary>
    protected override int[] Judge(int index, Sample sample, IReadOnlyList<Tensor> outputs)
    {
        var scores = outputs[0].Length;
        if (_classOf[index] < scores) return [_classOf[index], .. BestClasses(outputs[0])];
        throw new SampleException(
            $"{_classOf.Count(label => label >= scores)} of {_classOf.Count} labels are classes that the model does not know: they go up "
            + $"to {_classOf.Max()}, but it gives {scores} scores, for classes 0 to {scores - 1}. Are they labels of this model, and do "
            + "they count from 0?");
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<AccuracyFigure> Summarize(IReadOnlyList<int[]> verdicts)
    {
        double Share(int among) =>
            100.0 * verdicts.Count(verdict => verdict.Skip(1).Take(among).Contains(verdict[0])) / Math.Max(1, verdicts.Count);
        return [new("top1", "top-1", Share(1)), new("top5", "top-5", Share(Best))];
    }

    internal override bool CanSend => true;

    internal override void Write(BinaryWriter writer, int[] verdict) => WriteAll(writer, verdict);

    internal override int[] Read(BinaryReader reader) => ReadAll<int>(reader);

    internal override AccuracyDifference Difference(IReadOnlyList<int[]> before, IReadOnlyList<int[]> after)
    {
        var pairs = before.Zip(after, (one, other) => (Before: one[0] == one[1], After: other[0] == other[1])).ToArray();
        return PairedProportions.Compare("top-1", pairs.Count(pair => !pair.Before && pair.After),
            pairs.Count(pair => pair.Before && !pair.After), pairs.Length);
    }

    internal override Doubt? DoubtOf(IReadOnlyList<int[]> verdicts)
    {
        if (verdicts.Count < ChanceAgreement.MinSamples) return null;
        var agreement = ChanceAgreement.Of(verdicts.Select(verdict => (verdict[0], verdict[1])));
        if (agreement >= ChanceAgreement.Near) return null;
        foreach (var shift in new[] { -1, 1 })
        {
            if (ChanceAgreement.Of(verdicts.Select(verdict => (verdict[0] + shift, verdict[1]))) >= ChanceAgreement.Shifted)
            {
                return new($"The float model is right as seldom as chance, but with labels {(shift < 0 ? "less" : "more")} by one it is "
                    + $"right: the labels seem to count from {(shift < 0 ? 1 : -1)}. Classes count from 0.", IsSevere: true);
            }
        }
        var answers = verdicts.Select(verdict => verdict[1]).Distinct().Count();
        return new(string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"The float model is right in {Summarize(verdicts)[0].Percent:F2} % of {verdicts.Count} samples, which is near chance")
            + $"{(answers == 1 ? $": it answers class {verdicts[0][1]} to all of them" : "")}. Either pictures do not come to the model "
            + "as in training (size, channel order, mean, scale), or the labels are of another order of classes.", IsSevere: true);
    }

    /// <summary>The classes with the five highest scores, highest first; of equal scores the lower class comes first.</summary>
    static int[] BestClasses(Tensor scores)
    {
        var values = scores.Floats.ToArray();
        return [.. Enumerable.Range(0, values.Length).OrderByDescending(i => values[i]).Take(Best)];
    }
}
