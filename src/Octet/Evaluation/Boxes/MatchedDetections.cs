namespace Octet.Evaluation.Boxes;

/// <summary>
/// Detections of all pictures, each matched to a box that is there or to none, in order. Matching looks at one picture at a time, so that
/// the precision of any selection of the pictures follows without matching again.
/// </summary>
sealed class MatchedDetections
{
    const int Recalls = 101;

    readonly IReadOnlyList<MatchedClass> _classes;

    public MatchedDetections(IReadOnlyList<JudgedPicture> pictures) =>
        _classes = [.. pictures.SelectMany(picture => picture.Truth).Where(box => !box.IsCrowd).Select(box => box.Class).Distinct().Order()
            .Select(category => MatchedClass.Of([.. pictures.Select(picture => OnePicture.Of(picture, category))]))];

    /// <summary>The mean over classes at each of <see cref="AveragePrecision.Overlaps"/>, 0..1; zeros where nothing is there to be
    /// found.</summary>
    /// <param name="counts">How often each picture counts.</param>
    public double[] Precisions(IReadOnlyList<int> counts)
    {
        var present = _classes.Select(own => (Class: own, Wanted: own.Wanted.Select((wanted, picture) => wanted * counts[picture]).Sum()))
            .Where(entry => entry.Wanted > 0).ToArray();
        return [.. AveragePrecision.Overlaps.Select((_, overlap) =>
            present.Select(entry => OfClass(entry.Class.Matches[overlap], entry.Wanted, counts)).DefaultIfEmpty(0).Average())];
    }

    static double OfClass(Match[] matches, int wanted, IReadOnlyList<int> counts)
    {
        var (precision, recall) = (new double[matches.Length], new double[matches.Length]);
        var (right, seen) = (0, 0);
        for (var i = 0; i < matches.Length; i++)
        {
            var count = counts[matches[i].Picture];
            seen += count;
            if (matches[i].IsRight) right += count;
            (precision[i], recall[i]) = (seen == 0 ? 0 : right / (double)seen, right / (double)wanted);
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

    /// <summary>A detection of one class.</summary>
    /// <param name="Picture">The index of its picture.</param>
    /// <param name="Score">How sure it is.</param>
    /// <param name="IsRight">Whether it found a box.</param>
    readonly record struct Match(int Picture, float Score, bool IsRight);

    /// <summary>All detections of one class, surest first, at each overlap; and how many boxes each picture has.</summary>
    sealed record MatchedClass(Match[][] Matches, int[] Wanted)
    {
        public static MatchedClass Of(OnePicture[] pictures) => new(
            [.. AveragePrecision.Overlaps.Select(overlap => pictures.SelectMany((picture, index) => MatchesOf(picture, index, overlap))
                .OrderByDescending(match => match.Score).ToArray())],
            [.. pictures.Select(picture => picture.Truth.Count(box => !box.IsCrowd))]);
    }

    /// <summary>Whether each detection is right; those that fall into a crowd are left out.</summary>
    static IEnumerable<Match> MatchesOf(OnePicture picture, int index, double overlap)
    {
        var isTaken = new bool[picture.Truth.Length];
        foreach (var detection in picture.Detections)
        {
            var best = BestMatch(detection.Box, picture.Truth, isTaken, overlap);
            if (best >= 0)
            {
                isTaken[best] = true;
                yield return new(index, detection.Score, true);
            }
            else if (!picture.Truth.Any(box => box.IsCrowd && Inside(detection.Box, box.Box) >= overlap))
            {
                yield return new(index, detection.Score, false);
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

    static double Inside(Box box, Box crowd) => box.Area > 0 ? box.Intersect(crowd) / box.Area : 0;

    /// <summary>What a picture has of one class, and what was found of it, surest first.</summary>
    readonly record struct OnePicture(TrueBox[] Truth, Detection[] Detections)
    {
        public static OnePicture Of(JudgedPicture picture, int category) => new(
            [.. picture.Truth.Where(box => box.Class == category)],
            [.. picture.Detections.Where(detection => detection.Class == category).OrderByDescending(detection => detection.Score)]);
    }
}
