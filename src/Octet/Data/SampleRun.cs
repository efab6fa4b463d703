using Octet.Cluster;
using Octet.Graphs;
using Octet.Running;
using Octet.Tensors;

namespace Octet.Data;

/// <summary>How samples are gone through.</summary>
public sealed record SampleRunOptions
{
    /// <summary>Threads that load and run samples, one sample a thread; 0 takes one for each processor.</summary>
    public int Threads { get; init; }

    /// <summary>The position of the first sample in the whole data, where a part of it is run; for statistics in which samples have an
    /// order.</summary>
    public int FirstSample { get; init; }

    /// <summary>Processes that share the samples of calibration and evaluation; each gets what all have seen. All of them have to do the
    /// same.</summary>
    public IRankGroup Ranks { get; init; } = RankGroup.Alone;

    /// <summary>Told after each sample, from any of the threads; null for no reports.</summary>
    public IProgress<StepProgress>? Progress { get; init; }

    /// <summary>How many bytes the values of a model may take on all threads together; null for as much as the machine gives. What would
    /// take more is refused before it runs.</summary>
    public long? MaxBytes { get; init; }

    /// <summary>Makes a graph ready to run: a <see cref="Session"/>, unless another executor is to calibrate and compare. It need follow
    /// only <see cref="Running.SessionOptions.Watched"/> of the options. Steps that go through a model layer by layer do not ask
    /// it.</summary>
    public Func<Graph, SessionOptions, IModelRunner> NewRunner { get; init; } = (graph, options) => new Session(graph, options);

    /// <summary>Makes the model ready that the samples go through.</summary>
    /// <param name="graph">The model.</param>
    /// <param name="watched">The values that will be shown.</param>
    /// <param name="inAnyLayout">Whether their elements may come in any order.</param>
    internal IModelRunner Open(Graph graph, IEnumerable<Value>? watched = null, bool inAnyLayout = false) =>
        NewRunner(graph, SessionOptions with { Watched = watched?.ToHashSet() ?? [], ShowsAnyLayout = inAnyLayout });

    /// <summary>For the model that the samples go through.</summary>
    internal SessionOptions SessionOptions => MaxBytes is { } max ? new() { MaxBytes = max } : new();

    /// <summary>The number of threads that a run over so many samples takes: at least 1, and never more than samples.</summary>
    /// <param name="samples">The number of samples.</param>
    public int EffectiveThreads(int samples) =>
        Math.Clamp(Threads > 0 ? Threads : Ranks.Count > 1 ? RankGroup.Processors : Environment.ProcessorCount, 1, Math.Max(1, samples));
}

/// <summary>The one loop over samples that calibration, evaluation and comparison share.</summary>
static class SampleRun
{
    /// <summary>Runs a graph over samples and keeps its outputs.</summary>
    /// <returns>Those of each sample, in the order of the graph; null for a sample that was skipped.</returns>
    internal static Tensor[]?[] Outputs(
        Graph graph, ISampleSource samples, string step, SampleRunOptions options, CancellationToken cancel)
    {
        var runner = options.Open(graph);
        var outputs = new Tensor[]?[samples.Count];
        ForEach(samples, step, options, (_, index, sample) =>
            runner.Run(sample.Inputs, made => outputs[index] = [.. made.Select(tensor => tensor.Clone())]), cancel);
        return outputs;
    }

    /// <summary>
    /// Loads each sample and hands it to <paramref name="use"/>, on several threads, in no particular order. A sample that the source skips
    /// is left out;
    /// <see cref="ISampleSource.Skipped"/> tells afterwards which were.
    /// </summary>
    /// <param name="samples">What to go through.</param>
    /// <param name="step">What is being done, for progress.</param>
    /// <param name="options">Threads and progress.</param>
    /// <param name="use">
    /// Gets the worker (0..threads − 1), the sample's index, and the sample, whose tensors are valid during the call alone. Calls with the
    /// same worker never overlap.
    /// </param>
    /// <param name="cancel">Ends the run between samples.</param>
    /// <exception cref="OctetException">A sample could not be read or used; the first one in the order of samples.</exception>
    public static void ForEach(
        ISampleSource samples, string step, SampleRunOptions options, Action<int, int, Sample> use, CancellationToken cancel = default)
    {
        var (next, done) = (-1, 0);
        var failures = new SortedDictionary<int, Exception>();
        options.Progress?.Report(new(step, 0, samples.Count));

        void Work(int worker)
        {
            while (!cancel.IsCancellationRequested && Interlocked.Increment(ref next) is var index && index < samples.Count)
            {
                try
                {
                    if (samples.LoadOrSkip(index) is { } sample)
                    {
                        use(worker, index, sample);
                        samples.Release(sample);
                    }
                }
                catch (Exception failure)
                {
                    lock (failures) failures[index] = failure;
                    Interlocked.Exchange(ref next, samples.Count);
                }
                options.Progress?.Report(new(step, Interlocked.Increment(ref done), samples.Count));
            }
        }

        var threads = Enumerable.Range(1, options.EffectiveThreads(samples.Count) - 1)
            .Select(worker => new Thread(() => Work(worker)) { IsBackground = true }).ToArray();
        foreach (var thread in threads) thread.Start();
        Work(0);
        foreach (var thread in threads) thread.Join();

        cancel.ThrowIfCancellationRequested();
        if (failures.Count > 0) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failures.First().Value);
    }
}
