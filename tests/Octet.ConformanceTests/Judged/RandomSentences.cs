using Octet.Onnx;
using Octet.Running;
using Octet.Tensors;

namespace Octet.ConformanceTests;

/// <summary>Sentences of random words, and what quantizing MiniLM does to their embeddings.</summary>
static class RandomSentences
{
    const int Judged = 24;

    /// <summary>The same sentences for each seed, as inputs of MiniLM.</summary>
    public static IReadOnlyDictionary<string, Tensor>[] Make(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => InputsOf(random))];
    }

    /// <summary>The mean cosine between the embeddings of the float model and those of an export, run by ONNX Runtime and by Octet.</summary>
    /// <param name="floatModel">The float file.</param>
    /// <param name="export">The quantized file.</param>
    public static (double OfRuntime, double OfOctet) MeanCosines(string floatModel, string export)
    {
        using var floats = OnnxRuntime.Load(floatModel);
        using var runtime = OnnxRuntime.Load(export);
        var own = new Session(OnnxReader.Read(export).Graph);
        var sentences = Make(Judged, seed: 7);
        var wanted = Embed(floats.Run);
        return (SentenceEncoder.MeanCosine(wanted, Embed(runtime.Run)),
            SentenceEncoder.MeanCosine(wanted, Embed(inputs => own.Run(inputs))));

        float[][] Embed(Func<IReadOnlyDictionary<string, Tensor>, IReadOnlyDictionary<string, Tensor>> run) =>
            [.. sentences.Select(sentence => SentenceEncoder.Pool(run(sentence)["last_hidden_state"]))];
    }

    static Dictionary<string, Tensor> InputsOf(Random random)
    {
        var words = Enumerable.Range(0, random.Next(8, 48)).Select(_ => (long)random.Next(1996, 9000)).Prepend(101).Append(102).ToArray();
        Shape shape = [1, words.Length];
        return new()
        {
            ["input_ids"] = Tensor.Of<long>(shape, words),
            ["attention_mask"] = Tensor.Of<long>(shape, [.. words.Select(_ => 1L)]),
            ["token_type_ids"] = Tensor.Of<long>(shape, new long[words.Length]),
        };
    }
}
