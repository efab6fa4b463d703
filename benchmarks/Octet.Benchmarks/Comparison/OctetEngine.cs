using System.Diagnostics;
using Octet.Onnx;
using Octet.Running;
using Octet.Tensors;

namespace Octet.Benchmarks.Comparison;

/// <summary>Octet, one sample a thread.</summary>
sealed class OctetEngine : IEngine
{
    readonly Session _session;
    readonly Dictionary<string, Tensor> _inputs;
    readonly int _threads;

    public OctetEngine(string model, int threads)
    {
        var graph = OnnxReader.Read(model).Graph;
        (_session, _threads) = (new(graph), threads);
        _inputs = graph.Inputs.ToDictionary(input => input.Name, ModelSpeed.Sample);
    }

    public Task<Round> MeasureAsync(TimeSpan time)
    {
        var times = new List<double>[_threads];
        var others = Enumerable.Range(1, _threads - 1).Select(thread => new Thread(() => times[thread] = RunFor(time))).ToArray();
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
