using System.Diagnostics;
using Octet.Calibration;
using Octet.Calibration.Methods;
using Octet.Data;
using Octet.Graphs;
using Octet.Planning;
using Octet.Running;

namespace Octet.Benchmarks;

/// <summary>
/// <c>Octet.Benchmarks calibration rounds model.onnx pictures [threads]</c>: what calibration costs beside the bare forward pass of the same samples.
/// </summary>
/// <remarks>
/// Up to 100 pictures are decoded and preprocessed beforehand, as MobileNet wants them unless the model keeps steps of its own. Each round runs all ways one
/// after the other, so that a machine that is busy for a while is so for all of them; ratios are medians over the rounds, of wall time and of processor
/// time, which other processes disturb less. Preparing the session counts in every way, and choosing the ranges counts as calibration.
/// </remarks>
static class CalibrationSpeed
{
    const int MostSamples = 100;

    static readonly ImagePreprocessing MobileNet = new()
    {
        Resize = ImageResize.ShortSideTo(256),
        Crop = new(224, 224),
        Mean = [127.5f],
        Scale = [1 / 127.5f],
    };

    public static void Print(int rounds, string path, string pictures, int threads = 1)
    {
        var model = Quantizer.Load(path);
        if (StoredPreprocessing.Of(model) is null) MobileNet.StoreIn(model);
        var samples = new LoadedSamples(Quantizer.Samples(model, pictures).Take(MostSamples));
        var run = new SampleRunOptions { Threads = threads };

        var plan = Planner.Plan(model.Graph, Recipe.Default);
        (string Name, Action Run)[] ways =
        [
            ("bare forward pass", () => Forward(model.Graph, samples, run)),
            .. new CalibrationMethod[] { new MinMaxMethod(), new PercentileMethod(), new KullbackLeiblerMethod() }.Select(method =>
                (method.Name, new Action(() => Calibrate(plan, method, samples, run)))),
        ];
        foreach (var way in ways) way.Run();
        var times = ways.Select(_ => new (double Wall, double Processor)[rounds]).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            for (var way = 0; way < ways.Length; way++) times[way][round] = Measure(ways[way].Run);
        }

        Console.WriteLine($"{Path.GetFileNameWithoutExtension(path)}, {samples.Count} samples, {plan.Measured.Count} values, {threads} thread(s), median of {rounds} rounds");
        for (var way = 0; way < ways.Length; way++)
        {
            var wall = Median(times[way].Zip(times[0], (time, bare) => time.Wall / bare.Wall));
            var processor = Median(times[way].Zip(times[0], (time, bare) => time.Processor / bare.Processor));
            Console.WriteLine($"  {ways[way].Name,-20} {Median(times[way].Select(time => time.Wall)),9:F1} ms {wall,8:F3} x, of processor time {processor:F3} x");
        }
    }

    static void Forward(Graph graph, ISampleSource samples, SampleRunOptions options)
    {
        var session = new Session(graph);
        SampleRun.ForEach(samples, "run", options, (_, _, sample) => session.Run(sample.Inputs, watcher: null, _ => { }));
    }

    static void Calibrate(QuantizationPlan plan, CalibrationMethod method, ISampleSource samples, SampleRunOptions options)
    {
        var measured = Calibrator.Measure(plan.Graph, plan.Measured, samples, _ => method.Needs.CreateObserver(), options);
        foreach (var group in plan.Groups)
        {
            foreach (var value in group.Measured) method.RangeOf(measured.Observers[value], group.Spec);
        }
    }

    /// <summary>Milliseconds on the clock, and milliseconds of all processors.</summary>
    static (double Wall, double Processor) Measure(Action run)
    {
        GC.Collect();
        var (start, processor) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        run();
        return (Stopwatch.GetElapsedTime(start).TotalMilliseconds, (Environment.CpuUsage.TotalTime - processor).TotalMilliseconds);
    }

    static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    /// <summary>Samples that lie in memory, so that reading them takes no time.</summary>
    sealed class LoadedSamples(ISampleSource source) : ISampleSource
    {
        readonly Sample[] _samples = [.. Enumerable.Range(0, source.Count).Select(source.Load)];

        public int Count => _samples.Length;

        public string NameOf(int index) => _samples[index].Name;

        public Sample Load(int index) => _samples[index];
    }
}
