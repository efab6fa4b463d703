using System.Diagnostics;
using System.Globalization;
using Octet.Benchmarks.Comparison;
using Octet.Evaluation.Statistics;
using Octet.Onnx;
using Octet.Pipeline.RecipeFiles;
using Octet.Running;
using Octet.TestSupport;

namespace Octet.Benchmarks.Recipes;

/// <summary><c>Octet.Benchmarks sentences [RECIPE ...]</c>: what recipes leave of the embeddings of MiniLM, and how long ONNX Runtime takes
/// for the files, one thread.</summary>
static class SentenceTable
{
    static readonly VerificationOptions OneThread = new() { Threads = 1 };

    public static int Print(string[] names)
    {
        var encoder = SentenceEncoder.Require();
        var samples = encoder.Samples();
        var model = Quantizer.Prepare(OnnxReader.Read(encoder.Path));
        using var floats = OnnxRuntime.Load(encoder.Path);
        var wanted = encoder.Embed(inputs => floats.Run(inputs));
        var likenesses = SentenceEncoder.Likenesses(wanted);
        Console.WriteLine($"{Machine.Current()}, ONNX Runtime {OnnxRuntime.Version}\n");
        Console.WriteLine("| recipe | cosine, ONNX Runtime | cosine, Octet | Spearman with float | size | integer layers | time / float "
            + "| seconds |\n|---|---|---|---|---|---|---|---|");
        foreach (var name in names is [] ? ["best", "fast", "dynamic"] : names)
        {
            var recipe = RecipeFile.FindOrRead(name);
            var watch = Stopwatch.StartNew();
            var result = Quantizer.Quantize(model, samples, new() { Recipe = recipe });
            var seconds = watch.Elapsed.TotalSeconds;
            using var folder = new TemporaryFolder();
            var export = folder.PathOf("minilm.int8.onnx");
            result.Save(export);
            using var integers = OnnxRuntime.Load(export);
            var own = new Session(OnnxReader.Read(export).Graph);
            var given = encoder.Embed(inputs => integers.Run(inputs));
            var byOctet = encoder.Embed(inputs => own.Run(inputs));
            var report = RuntimeVerification.Verify(export, OneThread with { FloatModel = encoder.Path, Samples = encoder.Samples(4) });
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {recipe.Name} | {SentenceEncoder.MeanCosine(wanted, given):F5} | {SentenceEncoder.MeanCosine(wanted, byOctet):F5} "
                + $"| {RankCorrelation.Spearman(likenesses, SentenceEncoder.Likenesses(given)):F4} "
                + $"| {new FileInfo(export).Length / 1e6:F1} MB "
                + $"| {report.IntegerLayers} of {report.IntegerLayers + report.FloatLayers} "
                + $"| {report.Milliseconds / report.FloatMilliseconds:F2} | {seconds:F0} |"));
            foreach (var step in result.Steps)
                Console.Error.WriteLine($"  {string.Join(", ", step.Steps)}: {step.SqnrDb:F1} dB {step.Remark}");
        }
        return 0;
    }
}
