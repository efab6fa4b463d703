using System.Diagnostics;
using System.Globalization;
using Octet.Calibration;
using Octet.Calibration.Methods;
using Octet.Data;
using Octet.Graphs;
using Octet.Pipeline;
using Octet.Planning;
using Octet.Running;
using Octet.Tensors;
using Octet.TestSupport;

namespace Octet.Benchmarks.Comparison;

/// <summary>
/// What calibration of MobileNetV2 costs: its time beside the forward pass alone of the same hundred pictures, which are decoded
/// beforehand, and its peak memory for few and for many samples.
/// </summary>
static class CalibrationCost
{
    const int Pictures = 100;

    static readonly CalibrationMethod[] Methods = [new MinMaxMethod(), new PercentileMethod(), new KullbackLeiblerMethod()];

    static readonly int[] ThreadCounts = [1, 2];

    static readonly int[] SampleCounts = [20, 1000];

    /// <param name="Method">How ranges are chosen.</param>
    /// <param name="Threads">Samples at once.</param>
    /// <param name="Forward">Seconds of the forward pass alone, sessions made anew.</param>
    /// <param name="Calibration">Seconds from the prepared model to all ranges.</param>
    /// <param name="Ratio">The median over turns.</param>
    sealed record Time(string Method, int Threads, double Forward, double Calibration, double Ratio)
    {
        public string Row =>
            string.Create(CultureInfo.InvariantCulture, $"| {Method} | {Threads} | {Forward:F2} s | {Calibration:F2} s | **{Ratio:F2}** |");
    }

    /// <param name="Samples">How many were calibrated with.</param>
    /// <param name="Megabytes">The most memory that the process ever had, of 10⁶ bytes.</param>
    sealed record Memory(int Samples, double Megabytes)
    {
        public string Row => string.Create(CultureInfo.InvariantCulture, $"| {Samples} | {Megabytes:F0} MB |");
    }

    static string ModelPath => Path.Combine(CompareCommand.SharedFolder(), "mobilenet_v2_1.0_224.onnx");

    public static void Measure(bool isQuick)
    {
        var machine = Machine.Current();
        Console.WriteLine($"{machine}\n");

        var model = Quantizer.Load(ModelPath,
            new() { Mean = [127.5f], Scale = [1 / 127.5f], Resize = ImageResize.ShortSideTo(256), Crop = new(224, 224) });
        var source = Quantizer.OpenSamples(model, CompareCommand.SharedFolder(Path.Combine("data", "imagenet", "calib")));
        var samples = new MadeSamples([.. Enumerable.Range(0, Pictures).Select(index => source.Load(index % source.Count).Inputs)]);
        var times = Methods.SelectMany(
            method => ThreadCounts.Select(threads => Compare(model, samples, method, threads, turns: isQuick ? 3 : 7))).ToArray();
        var text = $"| ranges by | threads | forward pass | calibration | ratio "
            + $"|\n|---|---|---|---|---|\n{string.Join('\n', times.Select(time => time.Row))}\n";
        Console.WriteLine(text);

        var peaks = SampleCounts.Select(count => new Memory(count, PeakOfOwnProcess(count))).ToArray();
        var memory = $"| samples | peak memory |\n|---|---|\n{string.Join('\n', peaks.Select(peak => peak.Row))}\n";
        Console.WriteLine(memory);
        if (!isQuick)
            CompareCommand.Keep(machine, "calibration", $"{machine}. mobilenet_v2, {Pictures} pictures.\n\n{text}\n{memory}",
                new { machine, times, peaks });
    }

    /// <summary>What <see cref="PeakOfOwnProcess"/> starts: calibrates with synthetic samples, made when they are needed, and prints the
    /// peak.</summary>
    public static void PrintPeak(int samples)
    {
        var model = Quantizer.Load(ModelPath);
        var input = model.Graph.Inputs[0];
        Calibrate(model,
            new MadeSamples(samples, _ => new Dictionary<string, Tensor> { [input.Name] = ModelSpeed.Sample(input) }),
            new KullbackLeiblerMethod(), threads: 2);
        using var process = Process.GetCurrentProcess();
        Console.WriteLine($"{process.PeakWorkingSet64 / 1e6}");
    }

    static double PeakOfOwnProcess(int samples)
    {
        using var process =
            Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["calibration-peak", $"{samples}"])
            { RedirectStandardOutput = true })!;
        var answer = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return double.Parse(answer);
    }

    static Time Compare(Model model, ISampleSource samples, CalibrationMethod method, int threads, int turns)
    {
        var (forwards, calibrations) = (new List<double>(), new List<double>());
        for (var turn = -1; turn < turns; turn++)
        {
            var (forward, calibration) =
                (SecondsOf(() => Forward(model, samples, threads)), SecondsOf(() => Calibrate(model, samples, method, threads)));
            if (turn < 0) continue; // Compiles.
            forwards.Add(forward);
            calibrations.Add(calibration);
        }
        return new(method.Name, threads, Round.Median(forwards), Round.Median(calibrations),
            Round.Median(calibrations.Zip(forwards, (one, other) => one / other)));
    }

    static void Forward(Model model, ISampleSource samples, int threads)
    {
        var session = new Session(model.Graph);
        SampleRun.ForEach(samples, "forward", new() { Threads = threads },
            (_, _, sample) => session.Run(sample.Inputs, _ => { }));
    }

    static void Calibrate(Model model, ISampleSource samples, CalibrationMethod method, int threads) =>
        Quantizer.Quantize(model, samples, new()
        {
            Recipe = Octet.Pipeline.Recipes.Fast with { Config = Octet.Pipeline.Recipes.Fast.Config with { ActivationMethod = method } },
            RunOptions = new() { Threads = threads },
        });

    static double SecondsOf(Action run)
    {
        var start = Stopwatch.GetTimestamp();
        run();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
