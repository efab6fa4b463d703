using System.Diagnostics;
using Octet.Onnx;
using Octet.Running;
using Octet.Tensors;

namespace Octet.Benchmarks.Comparison;

/// <summary>Octet, several samples at once, or one.</summary>
sealed class OctetEngine : IEngine
{
    readonly Session _session;
    readonly Dictionary<string, Tensor> _inputs;
    readonly int _samples;

    /// <param name="model">An ONNX file.</param>
    /// <param name="samples">How many run beside each other.</param>
    /// <param name="threads">Threads that share one sample.</param>
    public OctetEngine(string model, int samples, int threads = 1)
    {
        var graph = OnnxReader.Read(model).Graph;
        (_session, _samples) = (new(graph, new() { Threads = threads }), samples);
        _inputs = graph.Inputs.ToDictionary(input => input.Name, ModelSpeed.Sample);
    }

    public Task<Round> MeasureAsync(TimeSpan time)
    {
        var times = new List<double>[_samples];
        var others = Enumerable.Range(1, _samples - 1).Select(thread => new Thread(() => times[thread] = RunFor(time))).ToArray();
        foreach (var other in others) other.Start();
        times[0] = RunFor(time);
        foreach (var other in others) other.Join();
        return Task.FromResult(Round.Of(times));
    }

    List<double> RunFor(TimeSpan time)
    {
        var times = new List<double>();
        for (var begin = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begin) < time || times.Count == 0;)
        {
            var start = Stopwatch.GetTimestamp();
            _session.Run(_inputs, watcher: null, _ => { });
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        return times;
    }

    public void Dispose() { }
}
