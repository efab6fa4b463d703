using Octet.Graphs;
using Octet.Planning;
using Octet.Tensors;

namespace Octet.Steps;

/// <summary>Some rows of a value [rows, channels] from each sample, and the greatest magnitudes of all rows.</summary>
/// <param name="Samples">[rows, channels] of each sample.</param>
/// <param name="Channels">The extent of the last axis.</param>
sealed record RecordedRows(IReadOnlyList<float[]> Samples, int Channels)
{
    /// <summary>Rows of one value that are kept of all samples together.</summary>
    const int MaxRows = 512;

    /// <summary>Runs samples through a float graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="values">What is recorded.</param>
    /// <param name="samples">Inputs.</param>
    /// <param name="context">Threads and progress.</param>
    public static IReadOnlyDictionary<Value, RecordedRows> Of(
        Graph graph, IReadOnlyList<Value> values, IReadOnlyList<IReadOnlyDictionary<string, Tensor>> samples, StepContext context)
    {
        var runner = context.Run.Open(graph, values);
        var perSample = Math.Max(1, MaxRows / samples.Count);
        var records = new Dictionary<string, (float[] Rows, int Channels)>[samples.Count];
        ParallelWork.ForEach(samples.Count, context.Run.EffectiveThreads(samples.Count), index =>
        {
            context.Cancel.ThrowIfCancellationRequested();
            records[index] = runner.Watch(samples[index])
                .ToDictionary(made => made.Value.Name, made => Some(made.Tensor, perSample));
        });
        return values.ToDictionary(value => value,
            value => new RecordedRows([.. records.Select(record => record[value.Name].Rows)], records[0][value.Name].Channels));
    }

    /// <summary>Rows evenly spread over a tensor.</summary>
    static (float[] Rows, int Channels) Some(Tensor tensor, int max)
    {
        var channels = tensor.Shape[^1];
        var count = channels == 0 ? 0 : tensor.Length / channels;
        var kept = Math.Min(max, count);
        var rows = new float[kept * channels];
        for (var row = 0; row < kept; row++)
            tensor.Floats.Slice((int)((long)row * count / kept) * channels, channels).CopyTo(rows.AsSpan(row * channels));
        return (rows, channels);
    }
}
