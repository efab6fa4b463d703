using System.Globalization;
using Octet.Data;
using Octet.Evaluation.Boxes;
using Octet.Graphs;
using Octet.Running;

namespace Octet.Evaluation;

/// <summary>How often a model answers as the float model does; needs no labels.</summary>
/// <param name="Of">What agrees: <c>top class</c>, <c>class of the pixels</c> or <c>boxes</c>.</param>
/// <param name="Percent">0..100.</param>
/// <param name="Low">The lower end of the interval that holds the share with 95 % confidence; null where it is no share of samples.</param>
/// <param name="High">The upper end.</param>
/// <param name="Samples">How many samples were run.</param>
public sealed record Agreement(string Of, double Percent, double? Low, double? High, int Samples)
{
    /// <summary>Enough for a share of some points; each costs a run of both models.</summary>
    const int MaxSamples = 50;

    /// <summary>From this overlap on two boxes are the same.</summary>
    const float MinOverlap = 0.5f;

    /// <summary><c>98.00 % of the top class on 50 samples (95 %: 89.50 to 99.65)</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Percent:F2} % of the {Of} on {Samples} samples{(Low is { } low && High is { } high ? $" (95 %: {low:F2} to {high:F2})" : "")}");

    /// <summary>Runs both models over some of the samples.</summary>
    /// <param name="model">The float model, prepared.</param>
    /// <param name="other">The other one, with the same inputs.</param>
    /// <param name="samples">Some of them are run, evenly spread.</param>
    /// <param name="options">Threads and progress.</param>
    /// <param name="cancel">Ends the run between samples.</param>
    /// <returns>Null where the outputs are of no kind that is known.</returns>
    internal static Agreement? Between(Model model, Graph other, ISampleSource samples, SampleRunOptions options, CancellationToken cancel)
    {
        var spread = new SpreadSamples(samples, MaxSamples);
        var preprocessing = StoredPreprocessing.Of(model);
        var (first, second) = (options.Open(model.Graph), options.Open(other));
        var shares = new (AnswerKind Kind, double Same)?[spread.Count];
        SampleRun.ForEach(spread, "agreement with the float model", options, (_, index, sample) =>
        {
            var size = sample.PictureSize is { } picture ? preprocessing?.PlacementOf(picture.Width, picture.Height).Size : null;
            var (one, two) = (Answer(first), Answer(second));
            if (one.Kind == two.Kind) shares[index] = (one.Kind, Same(one, two));

            ModelAnswer Answer(IModelRunner runner)
            {
                ModelAnswer? answer = null;
                runner.Run(sample.Inputs, outputs => answer = ModelAnswer.Of(outputs, size));
                return answer!;
            }
        }, cancel);
        var run = shares.OfType<(AnswerKind Kind, double Same)>().Where(share => !double.IsNaN(share.Same)).ToArray();
        if (run.Length == 0 || run[0].Kind == AnswerKind.Other) return null;
        var mean = run.Average(share => share.Same);
        var (low, high) = PairedProportions.Share(mean, run.Length);
        return run[0].Kind switch
        {
            AnswerKind.Scores => new("top class", 100 * mean, 100 * low, 100 * high, run.Length),
            AnswerKind.Pixels => new("class of the pixels", 100 * mean, null, null, run.Length),
            _ => new("boxes", 100 * mean, null, null, run.Length),
        };
    }

    /// <summary>0..1; NaN where there is nothing to agree on.</summary>
    static double Same(ModelAnswer one, ModelAnswer two) => one.Kind switch
    {
        AnswerKind.Scores => one.Class == two.Class ? 1 : 0,
        AnswerKind.Pixels when one.Pixels.Count == two.Pixels.Count =>
            one.Pixels.Zip(two.Pixels).Count(pair => pair.First == pair.Second) / (double)one.Pixels.Count,
        AnswerKind.Boxes =>
            one.Boxes.Count + two.Boxes.Count == 0 ? double.NaN : 2.0 * Matches(one.Boxes, two.Boxes) / (one.Boxes.Count + two.Boxes.Count),
        _ => double.NaN,
    };

    /// <summary>How many boxes of one class lie over each other in pairs, the surest first.</summary>
    static int Matches(IReadOnlyList<Detection> one, IReadOnlyList<Detection> two)
    {
        var free = two.ToList();
        var matches = 0;
        foreach (var box in one)
        {
            var best = free.Where(other => other.Class == box.Class).Select(other => (Box: other, Overlap: box.Box.Overlap(other.Box)))
                .Where(entry => entry.Overlap >= MinOverlap).OrderByDescending(entry => entry.Overlap).FirstOrDefault();
            if (best.Overlap < MinOverlap) continue;
            free.Remove(best.Box);
            matches++;
        }
        return matches;
    }
}
