using Octet.Data;
using Octet.Tensors;

namespace Octet.Evaluation.Masks;

/// <summary>
/// Mean intersection over union of a segmentation, over the classes that occur in the labels. The model's first output holds scores [1,
/// classes, height, width] or [1, height, width, classes], or the classes themselves as integers [1, height, width].
/// </summary>
/// <remarks>
/// A label goes the way of its picture: resized (to the nearest pixel) and placed as the preprocessing says; where the picture has a
/// border, and where the label is 255, nothing counts. An output smaller than the input is compared at its own size. Source: Everingham et
/// al., The PASCAL Visual Object Classes Challenge, 2015, section 4.2.
/// </remarks>
public sealed class Segmentation : Metric<ConfusionMatrix>
{
    readonly IReadOnlyList<string> _masks;
    readonly ImagePreprocessing? _preprocessing;

    /// <param name="samples">The pictures.</param>
    /// <param name="labels">A folder with a PNG for each, of the same name and size, whose values are classes.</param>
    /// <param name="preprocessing">How pictures become inputs; null where the samples are arrays, whose labels are then of the model's
    /// size.</param>
    /// <exception cref="SampleException">Some samples have no label; the message lists them.</exception>
    public Segmentation(ISampleSource samples, string labels, ImagePreprocessing? preprocessing)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(labels);
        var found = LabelFolder.Find(labels, ".png", samples);
        var lacking = found.Index().Where(entry => entry.Item is null).Select(entry => samples.NameOf(entry.Index)).ToArray();
        if (lacking.Length > 0)
            throw SampleException.Of($"{lacking.Length} of {samples.Count} samples have no label in '{labels}':", lacking);
        _masks = [.. found.OfType<string>()];
        _preprocessing = preprocessing;
    }

    /// <inheritdoc/>
    protected override ConfusionMatrix Judge(int index, Sample sample, IReadOnlyList<Tensor> outputs)
    {
        var label = LabelMask.Read(_masks[index], sample.PictureSize, _preprocessing);
        var answer = ClassMap.Of(outputs[0], label.Size);
        var matrix = new ConfusionMatrix(answer.Classes);
        for (var y = 0; y < answer.Size.Height; y++)
        {
            for (var x = 0; x < answer.Size.Width; x++)
            {
                var truth = label.At(LabelMask.Nearest(y, answer.Size.Height, label.Size.Height),
                    LabelMask.Nearest(x, answer.Size.Width, label.Size.Width));
                if (truth == LabelMask.Ignored) continue;
                if (truth >= answer.Classes)
                    throw new SampleException($"The label '{_masks[index]}' holds class {truth}, but the model knows classes 0 "
                        + $"to {answer.Classes - 1} only (255 is for pixels that do not count).");
                matrix.Add(truth, answer[y, x]);
            }
        }
        return matrix;
    }

    internal override bool CanSend => true;

    internal override void Write(BinaryWriter writer, ConfusionMatrix verdict) => verdict.Write(writer);

    internal override ConfusionMatrix Read(BinaryReader reader) => ConfusionMatrix.Read(reader);

    internal override Func<IReadOnlyList<int>, double> Weighted(IReadOnlyList<ConfusionMatrix> verdicts) => counts =>
    {
        var total = new ConfusionMatrix(verdicts[0].Classes);
        for (var index = 0; index < verdicts.Count; index++) total.Add(verdicts[index], counts[index]);
        return 100 * total.MeanIntersectionOverUnion;
    };

    internal override Doubt? DoubtOf(IReadOnlyList<ConfusionMatrix> verdicts)
    {
        if (verdicts.Count == 0) return null;
        var total = verdicts.Aggregate((sum, next) => sum + next);
        return total.Agreement >= ChanceAgreement.Near ? null : new(string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"The float model has {100 * total.MeanIntersectionOverUnion:F2} % mIoU on {verdicts.Count} samples, and its pixels agree with "
            + $"the labels no more than by chance. Either pictures do not come to the model as in training (size, channel order, mean, "
            + $"scale), or the labels are of another order of classes."),
            IsSevere: true);
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<AccuracyFigure> Summarize(IReadOnlyList<ConfusionMatrix> verdicts)
    {
        var total = verdicts.Aggregate((ConfusionMatrix?)null, (sum, next) => sum is null ? next : sum + next) ?? new(1);
        return [new("mIoU", "mIoU", 100 * total.MeanIntersectionOverUnion),
            new("pixelAccuracy", "pixel accuracy", 100 * total.PixelAccuracy)];
    }
}
