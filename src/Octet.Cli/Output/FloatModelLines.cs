using System.Globalization;
using Octet.Evaluation;

namespace Octet.Cli;

/// <summary>What a float model sees and answers, for people.</summary>
static class FloatModelLines
{
    /// <summary>What is doubtful: it comes before anything else.</summary>
    public static void AddDoubts(FactSheet facts, FloatModelReport? seen)
    {
        foreach (var doubt in seen?.Doubts ?? [])
            facts.AddVerdict(doubt.IsSevere ? "DOUBT" : "doubt", doubt.Text, doubt.IsSevere ? Mood.Bad : Mood.Doubtful);
    }

    /// <summary>How pictures become inputs, what the inputs hold, and the answers to the first samples.</summary>
    public static void Add(FactSheet facts, FloatModelReport? seen)
    {
        if (seen is null) return;
        facts.AddEach("input", Inputs(seen));
        facts.AddEach("float answers", seen.Predictions.Select(prediction => $"{prediction.Sample}: {prediction.Answer}"));
    }

    static IEnumerable<string> Inputs(FloatModelReport seen)
    {
        if (seen.Preprocessing.Length > 0) yield return seen.Preprocessing;
        foreach (var input in seen.Inputs)
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"{input.Name}: {input.Low:G4} to {input.High:G4}, mean {input.Mean:G3}, deviation {input.Deviation:G3} on {seen.Samples} "
                + $"samples");
        }
    }
}
