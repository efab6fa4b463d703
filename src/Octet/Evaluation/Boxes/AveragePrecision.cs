namespace Octet.Evaluation.Boxes;

/// <summary>
/// Average precision as the COCO data set counts it: detections are matched to boxes that are there, surest first, at overlaps of 0.50,
/// 0.55, … 0.95; precision, made to fall monotonically, is read at 101 recalls 0, 0.01, … 1 and averaged; then over the classes that occur.
/// Source: Lin et al., Microsoft COCO, 2014, and its evaluation rules.
/// </summary>
static class AveragePrecision
{
    const int Recalls = 101;

    public static IReadOnlyList<double> Overlaps { get; } = [.. Enumerable.Range(0, 10).Select(step => 0.5 + 0.05 * step)];

    /// <summary>The mean over classes at each of <see cref="Overlaps"/>, 0..1; zeros where nothing is there to be found.</summary>
    public static double[] Of(IReadOnlyList<JudgedPicture> pictures)
    {
        var classes = pictures.SelectMany(picture => picture.Truth).Where(box => !box.IsCrowd).Select(box => box.Class).Distinct().Order()
            .ToArray();
        var picturesOfClasses = classes.Select(category => pictures.Select(picture => OnePicture.Of(picture, category)).ToArray())
            .ToArray();
        return [.. Overlaps.Select(overlap => picturesOfClasses.Select(own => OfClass(own, overlap)).DefaultIfEmpty(0).Average())];
    }

    static double OfClass(OnePicture[] pictures, double overlap)
    {
        var matches = pictures.SelectMany(picture => Match(picture, overlap)).OrderByDescending(match => match.Score).ToArray();
        var wanted = pictures.Sum(picture => picture.Truth.Count(box => !box.IsCrowd));

        var (precision, recall) = (new double[matches.Length], new double[matches.Length]);
        var right = 0;
        for (var i = 0; i < matches.Length; i++)
        {
            if (matches[i].IsRight) right++;
            (precision[i], recall[i]) = (right / (double)(i + 1), right / (double)wanted);
        }
        for (var i = precision.Length - 2; i >= 0; i--) precision[i] = Math.Max(precision[i], precision[i + 1]);

        double sum = 0;
        var at = 0;
        for (var step = 0; step < Recalls; step++)
        {
            while (at < recall.Length && recall[at] < step / (Recalls - 1.0)) at++;
            if (at < recall.Length) sum += precision[at];
        }
        return sum / Recalls;
    }

    /// <summary>Whether each detection is right; those that fall into a crowd are left out.</summary>
    static IEnumerable<(float Score, bool IsRight)> Match(OnePicture picture, double overlap)
    {
        var isTaken = new bool[picture.Truth.Length];
        foreach (var detection in picture.Detections)
        {
            var best = BestMatch(detection.Box, picture.Truth, isTaken, overlap);
            if (best >= 0)
            {
                isTaken[best] = true;
                yield return (detection.Score, true);
            }
            else if (!picture.Truth.Any(box => box.IsCrowd && Inside(detection.Box, box.Box) >= overlap))
            {
                yield return (detection.Score, false);
            }
        }
    }

    /// <summary>The free box with the largest overlap of at least so much; −1 if there is none.</summary>
    static int BestMatch(Box box, TrueBox[] truth, bool[] isTaken, double overlap)
    {
        var (best, max) = (-1, Math.Min(overlap, 1 - 1e-10));
        for (var i = 0; i < truth.Length; i++)
        {
            if (!isTaken[i] && !truth[i].IsCrowd && box.Overlap(truth[i].Box) is var common && common >= max) (best, max) = (i, common);
        }
        return best;
    }

    static double Inside(Box box, Box crowd) => box.Area > 0 ? box.Intersection(crowd) / box.Area : 0;

    /// <summary>What a picture has of one class, and what was found of it, surest first.</summary>
    readonly record struct OnePicture(TrueBox[] Truth, Detection[] Detections)
    {
        public static OnePicture Of(JudgedPicture picture, int category) => new(
            [.. picture.Truth.Where(box => box.Class == category)],
            [.. picture.Detections.Where(detection => detection.Class == category).OrderByDescending(detection => detection.Score)]);
    }
}
