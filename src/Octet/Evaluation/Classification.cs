using System.Diagnostics;
using Octet.Data;
using Octet.Running;
using Octet.Tensors;

namespace Octet.Evaluation;

/// <summary>Measures a classifier: runs labelled samples through it and counts how often it is right.</summary>
public static class Classification
{
    const int Best = 5;

    /// <param name="session">A model whose first output holds a score for each class.</param>
    /// <param name="samples">What to classify.</param>
    /// <param name="classOf">The right class, 0..classes − 1, of the sample at each index of <paramref name="samples"/>.</param>
    /// <param name="options">Threads and progress.</param>
    /// <param name="step">What progress calls it.</param>
    /// <param name="cancel">Ends the run between samples.</param>
    public static ClassificationResult Evaluate(
        Session session, ISampleSource samples, IReadOnlyList<int> classOf, SampleRunOptions? options = null, string step = "evaluate", CancellationToken cancel = default)
    {
        var watch = Stopwatch.StartNew();
        var best = new int[samples.Count][];
        SampleRun.ForEach(samples, step, options ?? new(), (_, index, sample) =>
            session.Run(sample.Inputs, watcher: null, outputs => best[index] = BestClasses(outputs[0])), cancel);

        var classified = Enumerable.Range(0, samples.Count).Where(index => best[index] is not null).ToArray();
        double Share(int among) => 100.0 * classified.Count(index => best[index].Take(among).Contains(classOf[index])) / Math.Max(1, classified.Length);
        var accuracy = new Accuracy(classified.Length, Share(1), Share(Best), watch.Elapsed.TotalSeconds);
        return new(accuracy, [.. best.Select(classes => classes?[0])]);
    }

    /// <summary>The classes with the five highest scores, highest first; of equal scores the lower class comes first.</summary>
    static int[] BestClasses(Tensor scores)
    {
        var values = scores.Floats.ToArray();
        return [.. Enumerable.Range(0, values.Length).OrderByDescending(i => values[i]).Take(Best)];
    }
}

/// <summary>What an evaluation found.</summary>
/// <param name="Accuracy">The figures.</param>
/// <param name="Predictions">For each sample the class with the highest score; null where the sample was left out.</param>
public sealed record ClassificationResult(Accuracy Accuracy, IReadOnlyList<int?> Predictions);
