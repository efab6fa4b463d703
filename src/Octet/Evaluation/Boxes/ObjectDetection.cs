using Octet.Data;
using Octet.Tensors;

namespace Octet.Evaluation.Boxes;

/// <summary>
/// Average precision of a detector: its outputs become boxes, those that overlap a surer one of their class by more than 0.65 go, and the
/// 100 surest of at least 0.001 are compared with the boxes that are there.
/// </summary>
public sealed class ObjectDetection : Metric<JudgedPicture>
{
    const float MinScore = 0.001f;
    const float MaxOverlap = 0.65f;
    const int MaxBoxes = 100;

    /// <summary>A detector that was trained at all has more than this (percent, at an overlap of 0.5).</summary>
    const double MinUsefulPrecision = 1;

    readonly BoxLabels _labels;
    readonly ImagePreprocessing? _preprocessing;
    readonly BoxDecoder? _decoder;

    /// <param name="samples">The pictures.</param>
    /// <param name="labels">A folder with YOLO's text files, or a JSON file in COCO's form.</param>
    /// <param name="preprocessing">How pictures become inputs.</param>
    /// <param name="decoder">How outputs become boxes; null finds out from their shapes.</param>
    /// <exception cref="SampleException">The labels cannot be read, or are of other pictures; the message lists what is wrong.</exception>
    public ObjectDetection(ISampleSource samples, string labels, ImagePreprocessing? preprocessing, BoxDecoder? decoder = null)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(labels);
        _labels = BoxLabels.Read(labels, samples);
        (_preprocessing, _decoder) = (preprocessing, decoder);
    }

    /// <inheritdoc/>
    protected override JudgedPicture Judge(int index, Sample sample, IReadOnlyList<Tensor> outputs)
    {
        if (_preprocessing is null || sample.PictureSize is not { } picture)
            throw new SampleException($"Sample '{sample.Name}' is no picture; average precision is measured in the pixels of pictures.");

        var placement = _preprocessing.PlacementOf(picture.Width, picture.Height);
        if (_decoder is not null && !_decoder.Fits(outputs, placement.Size))
            throw new SampleException($"The model's outputs {string.Join(", ", outputs)} are not those "
                + $"of {_decoder.Name}: {_decoder.Description}.");
        var found = (_decoder ?? BoxDecoder.For(outputs, placement.Size)).Decode(outputs, placement.Size, MinScore);
        var kept = NonMaximumSuppression.Keep(found, MaxOverlap, MaxBoxes);
        return new([.. kept.Select(detection => detection with { Box = ToPicture(detection.Box, placement) })], _labels.Of(index, picture));
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<AccuracyFigure> Summarize(IReadOnlyList<JudgedPicture> verdicts)
    {
        var precisions = AveragePrecision.Of(verdicts);
        return [new("ap", "AP50:95", 100 * precisions.Average()), new("ap50", "AP50", 100 * precisions[0])];
    }

    internal override bool CanSend => true;

    internal override void Write(BinaryWriter writer, JudgedPicture verdict)
    {
        WriteAll(writer, [.. verdict.Detections]);
        WriteAll(writer, [.. verdict.Truth]);
    }

    internal override JudgedPicture Read(BinaryReader reader) => new(ReadAll<Detection>(reader), ReadAll<TrueBox>(reader));

    internal override Func<IReadOnlyList<int>, double> Weighted(IReadOnlyList<JudgedPicture> verdicts)
    {
        var matched = new MatchedDetections(verdicts);
        return counts => 100 * matched.Precisions(counts).Average();
    }

    internal override Doubt? DoubtOf(IReadOnlyList<JudgedPicture> verdicts)
    {
        var wanted = verdicts.Sum(verdict => verdict.Truth.Count(box => !box.IsCrowd));
        if (wanted < ChanceAgreement.MinSamples || Summarize(verdicts)[1].Percent is var ap50 && ap50 >= MinUsefulPrecision) return null;
        return new(string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"The float model has {ap50:F2} % AP50 on {verdicts.Count} samples with {wanted} boxes: it finds next to nothing. Either "
            + $"pictures do not come to the model as in training (size, letterbox, channel order, mean, scale), or the labels are of "
            + $"another order of classes."), IsSevere: true);
    }

    static Box ToPicture(Box box, ImagePlacement placement)
    {
        var (width, height) = (placement.SourceSize.Width, placement.SourceSize.Height);
        return new(
            (float)Math.Clamp(placement.ToSourceX(box.Left), 0, width), (float)Math.Clamp(placement.ToSourceY(box.Top), 0, height),
            (float)Math.Clamp(placement.ToSourceX(box.Right), 0, width), (float)Math.Clamp(placement.ToSourceY(box.Bottom), 0, height));
    }
}

/// <summary>What was found in a picture and what is there, in its pixels.</summary>
public sealed record JudgedPicture(IReadOnlyList<Detection> Detections, IReadOnlyList<TrueBox> Truth);
