namespace Octet.Evaluation.Boxes;

/// <summary>One box is a detection of each class whose score is high enough.</summary>
static class ClassScores
{
    /// <param name="box">Left out where it is not finite.</param>
    /// <param name="scores">One for each class.</param>
    /// <param name="factor">Multiplies each.</param>
    /// <param name="minScore">Lower ones are left out.</param>
    public static List<Detection> Of(Box box, ReadOnlySpan<float> scores, float factor, float minScore)
    {
        var found = new List<Detection>();
        if (!float.IsFinite(box.Left + box.Top + box.Right + box.Bottom)) return found;
        for (var i = 0; i < scores.Length; i++)
        {
            var score = scores[i] * factor;
            if (score >= minScore) found.Add(new(box, i, score));
        }
        return found;
    }
}
