using Octet.Tensors;

namespace Octet.TestSupport;

/// <summary>Takes sentences apart into the pieces of words that BERT's encoders were trained on: of each word the longest piece of the
/// vocabulary, then the longest of the rest.</summary>
/// <remarks>Source: Wu et al. 2016, "Google's Neural Machine Translation System", section 4.1. For plain English: lower case, letters
/// without marks.</remarks>
sealed class WordPieces
{
    readonly Dictionary<string, long> _numberOf;

    /// <param name="vocabulary">A file with a piece a line; pieces inside of words begin with <c>##</c>.</param>
    public WordPieces(string vocabulary) =>
        _numberOf = File.ReadAllLines(vocabulary).Index().ToDictionary(entry => entry.Item, entry => (long)entry.Index);

    /// <summary>The inputs of an encoder for one sentence, without padding: [1, pieces].</summary>
    public IReadOnlyDictionary<string, Tensor> InputsOf(string sentence)
    {
        long[] numbers = [_numberOf["[CLS]"], .. WordsOf(sentence.ToLowerInvariant()).SelectMany(PiecesOf), _numberOf["[SEP]"]];
        Shape shape = [1, numbers.Length];
        return new Dictionary<string, Tensor>
        {
            ["input_ids"] = Tensor.Of<long>(shape, numbers),
            ["attention_mask"] = Tensor.Of<long>(shape, [.. numbers.Select(_ => 1L)]),
            ["token_type_ids"] = Tensor.Of<long>(shape, new long[numbers.Length]),
        };
    }

    /// <summary>Runs of letters and digits, and each other mark by itself.</summary>
    static IEnumerable<string> WordsOf(string text)
    {
        for (var start = 0; start < text.Length;)
        {
            var end = start + 1;
            while (char.IsLetterOrDigit(text[start]) && end < text.Length && char.IsLetterOrDigit(text[end])) end++;
            if (!char.IsWhiteSpace(text[start])) yield return text[start..end];
            start = end;
        }
    }

    IReadOnlyList<long> PiecesOf(string word)
    {
        var pieces = new List<long>();
        for (var start = 0; start < word.Length;)
        {
            var end = word.Length;
            long number;
            while (!_numberOf.TryGetValue((start > 0 ? "##" : "") + word[start..end], out number))
            {
                if (--end == start) return [_numberOf["[UNK]"]];
            }
            pieces.Add(number);
            start = end;
        }
        return pieces;
    }
}
