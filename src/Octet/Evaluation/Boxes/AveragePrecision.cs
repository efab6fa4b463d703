namespace Octet.Evaluation.Boxes;

/// <summary>
/// Average precision as the COCO data set counts it: detections are matched to boxes that are there, surest first, at overlaps of 0.50,
/// 0.55, … 0.95; precision, made to fall monotonically, is read at 101 recalls 0, 0.01, … 1 and averaged; then over the classes that occur.
/// Source: Lin et al., Microsoft COCO, 2014, and its evaluation rules.
/// </summary>
static class AveragePrecision
{
    public static IReadOnlyList<double> Overlaps { get; } = [.. Enumerable.Range(0, 10).Select(step => 0.5 + 0.05 * step)];

    /// <summary>The mean over classes at each of <see cref="Overlaps"/>, 0..1; zeros where nothing is there to be found.</summary>
    public static double[] Of(IReadOnlyList<JudgedPicture> pictures) =>
        new MatchedDetections(pictures).Precisions([.. Enumerable.Repeat(1, pictures.Count)]);
}
