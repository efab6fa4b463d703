namespace Octet.Evaluation.Boxes;

/// <summary>Of boxes of one class that overlap much, keeps the surest.</summary>
static class NonMaximumSuppression
{
    /// <param name="detections">In any order; of equal scores the earlier one wins.</param>
    /// <param name="maxOverlap">Intersection over union with a surer box from which a box goes.</param>
    /// <param name="max">The number kept, over all classes.</param>
    /// <returns>Surest first.</returns>
    public static IReadOnlyList<Detection> Keep(IEnumerable<Detection> detections, float maxOverlap, int max)
    {
        var kept = new List<Detection>();
        foreach (var candidate in detections.OrderByDescending(detection => detection.Score))
        {
            if (kept.Count == max) break;
            if (!kept.Exists(better => better.Class == candidate.Class && better.Box.Overlap(candidate.Box) > maxOverlap))
                kept.Add(candidate);
        }
        return kept;
    }
}
