using System.Globalization;
using Octet.Data;
using Octet.Evaluation.Boxes;
using Octet.Evaluation.Masks;
using Octet.Tensors;

namespace Octet.Evaluation;

/// <summary>What a model says of one sample, whatever kind of network it is, as far as the shapes of its outputs tell.</summary>
/// <param name="Kind">What the outputs seem to be.</param>
/// <param name="Text">For people.</param>
sealed record ModelAnswer(AnswerKind Kind, string Text)
{
    /// <summary>A box that people would draw.</summary>
    public const float MinShownScore = 0.3f;

    const float MaxOverlap = 0.65f;

    const int ShownClasses = 3, ShownBoxes = 100, KeptClasses = 5;

    /// <summary>The class with the highest score; for a mask, the only class that nearly all pixels have. Null where there is
    /// none.</summary>
    public int? Class { get; private init; }

    /// <summary>How many classes there are.</summary>
    public int Classes { get; private init; }

    /// <summary>The probability of <see cref="Class"/>, by a softmax where the scores are none.</summary>
    public double Confidence { get; private init; }

    /// <summary>The classes with the highest scores, the highest first, with their probabilities; empty for other networks.</summary>
    public IReadOnlyList<(int Class, float Score, double Probability)> Top { get; private init; } = [];

    /// <summary>The class of each pixel, row by row; empty for other networks.</summary>
    public IReadOnlyList<int> Pixels { get; private init; } = [];

    /// <summary>The extents of <see cref="Pixels"/>.</summary>
    public ImageSize PixelsSize { get; private init; }

    /// <summary>The boxes that people would draw; empty for other networks.</summary>
    public IReadOnlyList<Detection> Boxes { get; private init; } = [];

    /// <param name="outputs">What the model gave.</param>
    /// <param name="input">The size of the picture as the model sees it; null where the sample is none.</param>
    public static ModelAnswer Of(IReadOnlyList<Tensor> outputs, ImageSize? input)
    {
        if (outputs is not [{ Type: DataType.Float32 or DataType.Int64 or DataType.Int32 } first, ..] || first.Length == 0)
            return new(AnswerKind.Other, string.Join(", ", outputs.Select(output => $"{output}")));
        if (IsScores(first)) return OfScores(first);
        if (input is { } size && first.Type == DataType.Float32
                && BoxDecoder.All.FirstOrDefault(decoder => decoder.Fits(outputs, size)) is { } decoder)
            return OfBoxes(decoder.Decode(outputs, size, MinShownScore));
        if (IsMap(first)) return OfMap(ClassMap.Of(first, input ?? new(first.Shape[^2], first.Shape[^1])));
        var range = first.Type == DataType.Float32
            ? string.Create(CultureInfo.InvariantCulture, $", {first.Floats.ToArray().Min():G4} to {first.Floats.ToArray().Max():G4}") : "";
        return new(AnswerKind.Other, $"{first}{range}");
    }

    /// <summary>A score for each class: one extent alone is not 1.</summary>
    static bool IsScores(Tensor output) =>
        output is { Type: DataType.Float32, Length: > 1, Shape.Rank: >= 1 }
        && Enumerable.Range(0, output.Shape.Rank).Any(axis => output.Shape[axis] == output.Length);

    static bool IsMap(Tensor output) => output.Shape is { Rank: 4 } shape && shape[0] == 1
        ? output.Type == DataType.Float32 ? Math.Min(shape[1], shape[3]) is > 1 and < 256 : shape[1] == 1
        : output.Type != DataType.Float32 && output.Shape is { Rank: 3 } classes && classes[0] == 1;

    static ModelAnswer OfScores(Tensor output)
    {
        var scores = output.Floats.ToArray();
        var isProbability = scores.All(score => score is >= 0 and <= 1.001f) && Math.Abs(scores.Sum() - 1) < 0.01;
        var best = Enumerable.Range(0, scores.Length).OrderByDescending(index => scores[index]).Take(KeptClasses).ToArray();
        var sum = scores.Sum(score => Math.Exp((double)score - scores[best[0]]));
        double Probability(int index) => isProbability ? scores[index] : Math.Exp((double)scores[index] - scores[best[0]]) / sum;
        var confidence = Probability(best[0]);
        return new(AnswerKind.Scores, string.Join(", ", best.Take(ShownClasses).Select(index => string.Create(CultureInfo.InvariantCulture,
            $"class {index} ({scores[index]:G3})"))))
        {
            Class = best[0],
            Classes = scores.Length,
            Confidence = double.IsFinite(confidence) ? confidence : 0,
            Top = [.. best.Select(index => (index, scores[index], Probability(index)))],
        };
    }

    static ModelAnswer OfBoxes(IEnumerable<Detection> found)
    {
        var boxes = NonMaximumSuppression.Keep(found, MaxOverlap, ShownBoxes);
        var shown = boxes.Take(ShownClasses).Select(box => string.Create(CultureInfo.InvariantCulture,
            $"class {box.Class} ({box.Score:F2}) at {box.Box.Left:F0},{box.Box.Top:F0} to {box.Box.Right:F0},{box.Box.Bottom:F0}"));
        var count = boxes.Count == 1 ? "1 box" : $"{boxes.Count} boxes";
        return new(AnswerKind.Boxes,
            boxes.Count == 0 ? "no box" : $"{count}: {string.Join("; ", shown)}{(boxes.Count > ShownClasses ? "; …" : "")}")
        { Boxes = boxes };
    }

    static ModelAnswer OfMap(ClassMap map)
    {
        // A class that has all but one pixel in two hundred has the picture.
        const double All = 0.995;
        var pixels = new int[map.Size.Height * map.Size.Width];
        for (var index = 0; index < pixels.Length; index++) pixels[index] = map[index / map.Size.Width, index % map.Size.Width];
        var shares = pixels.CountBy(pixel => pixel).OrderByDescending(share => share.Value).ToArray();
        return new(AnswerKind.Pixels, string.Join(", ", shares.Take(ShownClasses)
            .Select(share =>
                string.Create(CultureInfo.InvariantCulture,
                    $"class {share.Key} ({100.0 * share.Value / pixels.Length:F1} % of the pixels)"))))
        {
            Class = shares[0].Value >= All * pixels.Length ? shares[0].Key : null,
            Classes = map.Classes,
            Pixels = pixels,
            PixelsSize = map.Size,
        };
    }
}

/// <summary>What the outputs of a network seem to be.</summary>
enum AnswerKind
{
    /// <summary>Nothing that is known.</summary>
    Other,

    /// <summary>A score for each class.</summary>
    Scores,

    /// <summary>A class for each pixel.</summary>
    Pixels,

    /// <summary>Boxes.</summary>
    Boxes,
}
