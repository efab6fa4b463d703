using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;
using Octet.Data;
using Octet.Foundation;
using Octet.Graphs;
using Octet.Onnx;
using Octet.Running;
using Octet.Tensors;

namespace Octet.Verification;

/// <summary>
/// Loads a model in ONNX Runtime and says what that makes of it: which layers it executes in integers, whether its outputs are those that
/// Octet computes, and how long it takes beside the float model.
/// </summary>
public static class RuntimeVerification
{
    const int WarmUps = 3;

    /// <summary>Verifies a file.</summary>
    /// <param name="path">A model, quantized or not.</param>
    /// <param name="options">What it is compared with.</param>
    /// <param name="cancel">Ends the work between samples.</param>
    /// <exception cref="VerificationException">ONNX Runtime refuses a model, or fails while it runs.</exception>
    /// <exception cref="OctetException">A model or a sample cannot be read.</exception>
    public static RuntimeReport Verify(string path, VerificationOptions? options = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        // Read first by managed code, which refuses in words what a damaged file would do to native code.
        return Verify(path, options ?? new(), OnnxReader.Read(path), cancel);
    }

    /// <summary>Verifies a file that was read already, as samples for it need.</summary>
    /// <param name="path">The file, which the runtime loads.</param>
    /// <param name="options">What it is compared with.</param>
    /// <param name="model">What the file holds.</param>
    /// <param name="cancel">Ends the work between samples.</param>
    /// <exception cref="VerificationException">ONNX Runtime refuses a model, or fails while it runs.</exception>
    /// <exception cref="OctetException">The float model or a sample cannot be read.</exception>
    public static RuntimeReport Verify(string path, VerificationOptions options, Model model, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(model);
        if (options.FloatModel is { } floatModel) OnnxReader.Read(floatModel);
        var folder = Directory.CreateTempSubdirectory("octet-verify-");
        try
        {
            return new Verification(path, model.Graph, folder.FullName, options, cancel).Run();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    sealed class Verification(string path, Graph graph, string folder, VerificationOptions options, CancellationToken cancel)
    {
        readonly string _optimized = Path.Combine(folder, "optimized.onnx");

        public RuntimeReport Run()
        {
            using var runtime = Load(path, optimizedPath: _optimized);
            var made = RuntimeGraph.Read(_optimized);

            var samples = options.Samples ?? new OneSample(RandomSample.For(graph));
            var outputs = Compare(runtime, samples);
            var timed = options.TimeToMeasure > TimeSpan.Zero ? samples.FirstReadable() : null;
            var (milliseconds, floatMilliseconds) = timed is null ? default : Time(runtime, timed);
            var times = timed is null ? [] : Profile(timed);
            return new($"ONNX Runtime {OnnxRuntime.Version}, {ExactSums.Description}", path, made.LayersOf(graph), made.Conversions,
                samples.Count - samples.Skipped.Count, outputs, milliseconds, floatMilliseconds, times, options.Threads);
        }

        IReadOnlyList<OutputVerification> Compare(OnnxRuntime runtime, ISampleSource samples)
        {
            var outputs = CompareWith(runtime, samples);
            if (outputs.All(output => output.Agrees || output.Problem is not null) || Unfused() is not { } unfused) return outputs;
            using (unfused)
            {
                return [.. outputs.Zip(CompareWith(unfused, samples), (fused, other) => fused with { UnfusedSqnrDb = other.SqnrDb })];
            }
        }

        /// <summary>Null where the runtime runs the file only with its optimizations.</summary>
        OnnxRuntime? Unfused()
        {
            try
            {
                return OnnxRuntime.LoadAsItStands(path);
            }
            catch (OnnxRuntimeException)
            {
                return null;
            }
        }

        IReadOnlyList<OutputVerification> CompareWith(OnnxRuntime runtime, ISampleSource samples)
        {
            var session = new Session(graph, options.MaxBytes is { } max ? new() { MaxBytes = max } : null);
            var sums = graph.Outputs.ToDictionary(output => output.Name, output => new OutputSums(output.Name));
            for (var index = 0; index < samples.Count; index++)
            {
                cancel.ThrowIfCancellationRequested();
                if (samples.LoadOrSkip(index) is { } sample)
                {
                    var own = session.Run(sample.Inputs);
                    foreach (var (name, tensor) in RunOnce(runtime, path, sample)) sums[name].Add(tensor, own[name]);
                }
                options.Progress?.Report(new("compare", index + 1, samples.Count));
            }
            return [.. graph.Outputs.Select(output => sums[output.Name].Result)];
        }

        (double? Milliseconds, double? Float) Time(OnnxRuntime runtime, Sample sample)
        {
            using var floats = options.FloatModel is { } model ? Load(model) : null;
            RunOnce(runtime, path, sample);
            if (floats is not null) RunOnce(floats, options.FloatModel!, sample);
            var (own, other) = (new List<double>(), new List<double>());
            var end = Stopwatch.StartNew();
            // By turns, so that a machine that slows down slows both.
            for (var round = -WarmUps; round <= WarmUps || end.Elapsed < options.TimeToMeasure; round++)
            {
                cancel.ThrowIfCancellationRequested();
                var (first, second) = (MillisecondsOf(runtime, sample), floats is null ? 0 : MillisecondsOf(floats, sample));
                if (round < 0) continue;
                own.Add(first);
                other.Add(second);
            }
            return (Median(own), floats is null ? null : Median(other));
        }

        IReadOnlyList<OperatorTime> Profile(Sample sample)
        {
            using var runtime = Load(path, profilePrefix: Path.Combine(folder, "profile"));
            for (var round = 0; round < 2 * WarmUps; round++) runtime.RunUnread(sample.Inputs);
            return RuntimeProfile.Read(runtime.EndProfiling());
        }

        OnnxRuntime Load(string model, string? optimizedPath = null, string? profilePrefix = null)
        {
            try
            {
                return OnnxRuntime.Load(model, options.Threads, optimizedPath, profilePrefix);
            }
            catch (OnnxRuntimeException refusal)
            {
                throw VerificationException.Refused(model, refusal);
            }
        }
    }

    static IReadOnlyDictionary<string, Tensor> RunOnce(OnnxRuntime runtime, string path, Sample sample)
    {
        try
        {
            return runtime.Run(sample.Inputs);
        }
        catch (OnnxRuntimeException failure)
        {
            throw VerificationException.Failed(path, sample.Name, failure);
        }
    }

    static double MillisecondsOf(OnnxRuntime runtime, Sample sample)
    {
        var start = Stopwatch.GetTimestamp();
        runtime.RunUnread(sample.Inputs);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }

    sealed class OneSample(IReadOnlyDictionary<string, Tensor> inputs) : ISampleSource
    {
        public int Count => 1;

        public string NameOf(int index) => "random numbers";

        public Sample Load(int index) => new(NameOf(index), inputs);
    }
}
