using Octet.Data;
using Octet.Evaluation;
using Octet.Tensors;

namespace Octet.TestSupport;

/// <summary>MiniLM with real sentences: what quantizing does to the embeddings that it is used for.</summary>
/// <param name="Path">The float file.</param>
/// <param name="Words">Its tokenizer.</param>
sealed record SentenceEncoder(string Path, WordPieces Words)
{
    const int Pairs = 200;
    const int SamplesForRanges = 64;

    /// <exception cref="OutOfReachException">The package cannot be had.</exception>
    public static SentenceEncoder Require()
    {
        var path = PackagedNetworks.All[0].Require();
        return new(path, new(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(path)!, PackagedNetworks.VocabularyFile)));
    }

    /// <summary>Sentences for calibration; none of them is judged.</summary>
    public ISampleSource Samples(int count = SamplesForRanges) =>
        new MadeSamples([.. Sentences.Make(count, seed: 1).Select(Words.InputsOf)]);

    /// <summary>The embeddings of the sentences of all pairs: those of pair i lie at 2i and 2i + 1.</summary>
    /// <param name="run">Runs the encoder.</param>
    public IReadOnlyList<float[]> Embed(Func<IReadOnlyDictionary<string, Tensor>, IReadOnlyDictionary<string, Tensor>> run) =>
    [
        .. Sentences.MakePairs(Pairs, seed: 2).SelectMany(pair => new[] { pair.One, pair.Other })
        .Select(sentence => Pool(run(Words.InputsOf(sentence))["last_hidden_state"])),
    ];

    /// <summary>The mean cosine between the embeddings of two encoders.</summary>
    public static double MeanCosine(IReadOnlyList<float[]> wanted, IReadOnlyList<float[]> given) =>
        wanted.Zip(given, (one, other) => SignalComparison.Of(one, other).Cosine).Average();

    /// <summary>How alike the sentences of each pair are by an encoder.</summary>
    public static double[] Likenesses(IReadOnlyList<float[]> embeddings) =>
        [.. embeddings.Chunk(2).Select(pair => SignalComparison.Of(pair[0], pair[1]).Cosine)];

    /// <summary>The mean over all words, as sentence-transformers pools them.</summary>
    public static float[] Pool(Tensor states)
    {
        var width = states.Shape[2];
        var mean = new float[width];
        for (var i = 0; i < states.Length; i++) mean[i % width] += states.Floats[i] / states.Shape[1];
        return mean;
    }
}
