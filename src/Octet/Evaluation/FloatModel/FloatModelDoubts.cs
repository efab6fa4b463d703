using System.Globalization;
using Octet.Data;
using Octet.Graphs;

namespace Octet.Evaluation;

/// <summary>Looks for signs that a float model does not see what it was trained on. A sign alone may mislead; those that leave no other
/// explanation are severe.</summary>
/// <remarks>
/// In a trained network the first layer's output has a standard deviation of about one: 0.8 to 1.9 in MobileNetV2, DeepLabV3, YOLOX-Nano,
/// the selfie segmenter and signs, with normalizations folded. With mean and scale forgotten it has 46 to 270, with a scale too many
/// 0.00003 to 0.03. docs/algorithms.md has the figures.
/// </remarks>
static class FloatModelDoubts
{
    /// <summary>Beyond these the first layer is driven as no training drives it.</summary>
    const double MinDeviation = 0.05, MaxDeviation = 20;

    /// <summary>Nothing else makes a first layer so quiet.</summary>
    const double SilentDeviation = 0.01;

    /// <summary>How many widths of its limits the input of a bounded activation spreads over where nearly all of it saturates.</summary>
    const double SaturatedWidths = 3;

    /// <summary>Pixels go to 255; with a mean subtracted no further than that either way.</summary>
    const double MaxPixel = 260;

    /// <summary>Pictures that were scaled by 1/255 twice span less.</summary>
    const double MinSpan = 0.05;

    /// <summary>Inputs beyond this are no longer those of a normalization.</summary>
    const double FarFromNormal = 10;

    /// <summary>Fewer samples do not show whether answers differ.</summary>
    const int MinSamples = 8;

    /// <summary>Pictures have answers in common; where they have so few, something else decides.</summary>
    const double FewAnswers = 1 / 3.0;

    /// <summary>From this mean probability on, a model is sure of what it says.</summary>
    const double Confident = 0.5;

    const string Remedy = "Give the mean and the scale of training, x = (pixel - mean) * scale with pixels 0..255";

    public static IEnumerable<Doubt> Of(FloatModelRun run)
    {
        if (run.Samples.Count == 0) yield break;
        var input = run.Preprocessing is null ? null : run.Inputs.OrderByDescending(Magnitude).FirstOrDefault();
        if (input is not null && OfRange(input, run.Preprocessing!) is { } range) yield return range;
        else if (input is not null && OfFirstLayer(run, input) is { } layer) yield return layer;
        if (OfAnswers(run,
                isFar: input is not null && (Magnitude(input) > FarFromNormal || input.High - input.Low < MinSpan)) is { } answers)
            yield return answers;
    }

    static double Magnitude(InputFigures input) => Math.Max(Math.Abs(input.Low), Math.Abs(input.High));

    /// <summary>Ranges that no picture has that came to a model in any usual way.</summary>
    static Doubt? OfRange(InputFigures input, ImagePreprocessing steps)
    {
        if (Magnitude(input) > MaxPixel)
        {
            var isInUnits = steps.Mean.All(mean => Math.Abs(mean) <= 1) && steps.Scale.All(scale => scale > 1);
            var mended = isInUnits
                ? $" They seem to be meant for pixels of 0..1: give mean {Numbers(steps.Mean.Select(mean => mean * 255))} and "
                + $"scale {Numbers(steps.Scale.Select(scale => scale / 255))}." : $" {Remedy}.";
            return new(string.Create(CultureInfo.InvariantCulture,
                $"The input '{input.Name}' goes from {input.Low:G4} to {input.High:G4}, further than pixels do: mean and scale are in the "
                + $"wrong unit.") + mended, IsSevere: true);
        }
        return input.High - input.Low < MinSpan
            ? new(string.Create(CultureInfo.InvariantCulture,
                $"The input '{input.Name}' goes from {input.Low:G4} to {input.High:G4}: all pictures look alike to the model, as if they "
                + $"were scaled twice. {Remedy}."), IsSevere: true)
            : null;
    }

    static Doubt? OfFirstLayer(FloatModelRun run, InputFigures input)
    {
        if (run.FirstLayerDeviation is not { } deviation || deviation is >= MinDeviation and <= MaxDeviation) return null;
        var isLoud = deviation > MaxDeviation;
        var isSure = isLoud
            ? IsSaturated(run.Model.Graph, deviation) || HasFewAnswers(run) : deviation < SilentDeviation || HasFewAnswers(run);
        var seen = string.Create(CultureInfo.InvariantCulture,
            $"The input '{input.Name}' goes from {input.Low:G4} to {input.High:G4}, and the "
            + $"first layer makes values of {deviation:G2} of it (standard deviation), where networks are trained to about 1");
        return new(isLoud
            ? $"{seen}: the model expects smaller numbers, as if pictures were normalized before. {Remedy}."
            : $"{seen}: the model expects larger numbers, as if it took pixels as they are. {Remedy}, or leave both out for a model that "
                + "takes pixels as they are.", isSure);
    }

    /// <summary>Whether the first layer feeds an activation with two limits, and overruns them.</summary>
    static bool IsSaturated(Graph graph, double deviation) =>
        FloatModelRun.FirstLayer(graph)?.Output.Consumers is [var only] && only.Limits is { } limits
        && limits.High - limits.Low is var width && float.IsFinite(width) && width < MaxPixel && deviation > SaturatedWidths * width;

    static bool HasFewAnswers(FloatModelRun run)
    {
        var answers = run.Answers.ToArray();
        return answers.Length >= MinSamples && answers[0].Kind switch
        {
            AnswerKind.Scores => answers.Select(answer => answer.Class).Distinct().Count() <= FewAnswers * answers.Length,
            AnswerKind.Pixels => answers.All(answer => answer.Class is not null && answer.Class == answers[0].Class),
            AnswerKind.Boxes => answers.All(answer => answer.Boxes.Count == 0),
            _ => false,
        };
    }

    static Doubt? OfAnswers(FloatModelRun run, bool isFar)
    {
        var answers = run.Answers.ToArray();
        if (answers.Length < MinSamples) return null;
        if (answers[0] is { Kind: AnswerKind.Boxes } && answers.All(answer => answer.Boxes.Count == 0))
        {
            return new(string.Create(CultureInfo.InvariantCulture,
                $"The float model finds no box of a score of {ModelAnswer.MinShownScore} or more in any of {answers.Length} samples. Is "
                + $"the preprocessing that of training?"), isFar);
        }
        if (answers[0].Class is not { } only || answers.Any(answer => answer.Class != only)) return null;
        var confidence = answers.Average(answer => answer.Confidence);
        if (answers[0].Kind == AnswerKind.Pixels)
            return new($"The float model gives class {only} to nearly all pixels of {answers.Length} samples. Is the preprocessing that "
                + "of training, and do the samples show what it is for?", isFar);
        return new(string.Create(CultureInfo.InvariantCulture,
            $"The float model answers class {only} to each of {answers.Length} samples, with a mean probability of {confidence:F2}. Is the "
            + $"preprocessing that of training, and are the samples of more than one "
            + $"class?"), answers[0].Classes > 2 && (isFar || confidence >= Confident));
    }

    static string Numbers(IEnumerable<float> numbers) =>
        string.Join(',', numbers.Select(number => number.ToString("G5", CultureInfo.InvariantCulture)));
}
