using System.Globalization;
using System.Text;
using Octet.Calibration.Formats;
using Octet.Cluster;
using Octet.Data;
using Octet.Graphs;

namespace Octet.Calibration;

/// <summary>Measuring by several ranks: each runs its share of the samples, and all get what all have seen, in the bits of one process
/// alone.</summary>
static class SharedMeasurement
{
    /// <summary>As <see cref="Calibrator.Measure(IReadOnlyList{MeasuredGraph}, ISampleSource, SampleRunOptions?, CancellationToken)"/>, by
    /// all ranks of the options.</summary>
    public static IReadOnlyList<CalibrationResult> Measure(
        IReadOnlyList<MeasuredGraph> graphs, ISampleSource samples, SampleRunOptions options, CancellationToken cancel)
    {
        var ranks = options.Ranks;
        var part = Shard.OfRank(ranks).Of(samples.Count);
        var own = part.Count == 0 ? [] : Calibrator.Observe(
            graphs, samples.Slice(part), options with { FirstSample = options.FirstSample + part.From }, cancel);
        ShareSkipped(ranks, samples, part);
        var seen = samples.Count - samples.Skipped.Count;
        if (seen == 0) throw CalibrationException.AllSkipped(samples.Skipped);
        return [.. graphs.Select((graph, index) =>
            new CalibrationResult(Merged(ranks, graph, own.Count == 0 ? null : own[index]), seen))];
    }

    /// <summary>What one rank has left out, all leave out.</summary>
    static void ShareSkipped(IRankGroup ranks, ISampleSource samples, SampleSpan part)
    {
        // A list may name a file twice.
        var skipped = samples.Skipped.DistinctBy(sample => sample.Name).ToDictionary(sample => sample.Name, sample => sample.Reason);
        var lines = Enumerable.Range(part.From, part.Count).Where(index => skipped.ContainsKey(samples.NameOf(index)))
            .Select(index => $"{index}\t{skipped[samples.NameOf(index)].ReplaceLineEndings(" ")}\n");
        foreach (var told in ranks.GatherAll(Encoding.UTF8.GetBytes(string.Concat(lines))))
        {
            foreach (var line in Encoding.UTF8.GetString(told).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                var fields = line.Split('\t', 2);
                samples.Skip(int.Parse(fields[0], CultureInfo.InvariantCulture), fields[1]);
            }
        }
    }

    static Dictionary<Value, IObserver> Merged(IRankGroup ranks, MeasuredGraph graph, Dictionary<Value, IObserver>? own)
    {
        // Merged on every rank in the order of ranks, which are neighbours in the data.
        var merged = graph.Values.ToDictionary(value => value, graph.NewObserver);
        foreach (var sent in ranks.GatherAll(own is null ? [] : Written(own)).Where(sent => sent.Length > 0))
        {
            var statistics = CalibrationFormats.Octet.Read(Encoding.UTF8.GetString(sent)).Statistics!;
            foreach (var (value, observer) in merged) MergeInto(observer, (ObserverSet)statistics.Observers[value.Name]);
        }
        return merged;
    }

    static void MergeInto(IObserver observer, ObserverSet seen)
    {
        if (observer is ObserverSet) observer.Merge(seen);
        else observer.Merge(seen.Observers.Values.Single());
    }

    /// <summary>In the form of a table's file, in which nothing is lost.</summary>
    static byte[] Written(Dictionary<Value, IObserver> observers)
    {
        var table = new CalibrationTable
        {
            Statistics = new()
            {
                Model = "",
                Data = "",
                TotalSamples = 1,
                Seen = [new(0, 1)],
                Observers = observers.ToDictionary(entry => entry.Key.Name, entry => entry.Value),
            },
        };
        using var text = new StringWriter();
        CalibrationFormats.Octet.Write(table, text);
        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
