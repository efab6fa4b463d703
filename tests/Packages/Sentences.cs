namespace Octet.TestSupport;

/// <summary>Plain English sentences: who does what, and when or where. Sentences share none, one or two of their three parts, so that pairs
/// of them are alike in all degrees.</summary>
static class Sentences
{
    static readonly string[] Subjects =
    [
        "The old fisherman", "A young teacher", "My neighbour's dog", "The night train", "Our football team", "The city council",
        "A small bakery", "The new doctor", "Her younger brother", "The museum guide", "A group of students", "The chief engineer",
        "An angry customer", "The weather service", "My grandmother", "The school orchestra", "A famous painter", "The bus driver",
        "The research team", "Two police officers", "The gardener", "A tired nurse", "The local newspaper", "The mountain guide",
    ];

    static readonly string[] Actions =
    [
        "repaired the wooden boat", "lost the key to the cellar", "announced higher prices for water", "cooked a soup of beans and corn",
        "won the last match of the season", "explained how volcanoes are made", "waited for the rain to stop",
        "sold fresh bread and coffee",
        "found a letter from the bank", "built a bridge over the river", "cancelled the trip to Norway", "learned to play the violin",
        "measured the height of the trees", "painted the kitchen walls blue", "complained about the slow computer",
        "carried the heavy boxes upstairs", "wrote a report about the accident", "planted tomatoes and onions", "slept through the alarm",
        "opened an account for savings", "read a story to the children", "discovered an error in the program", "sang an old song",
        "bought tickets for the opera",
    ];

    static readonly string[] Circumstances =
    [
        "before sunrise", "in the middle of the night", "because the road was closed", "without telling anyone", "on a cold winter morning",
        "after three weeks of hard work", "near the railway station", "while the others were having lunch",
        "for the first time in ten years", "although it was a public holiday", "at the edge of the forest", "with the help of a friend", "during the storm",
        "to everyone's surprise", "in less than an hour", "as the contract demanded",
    ];

    /// <summary>The same sentences each time, all different.</summary>
    /// <param name="count">How many, up to 400.</param>
    /// <param name="seed">Other seeds give other sentences.</param>
    public static IReadOnlyList<string> Make(int count, int seed)
    {
        var random = new Random(seed);
        var made = new HashSet<string>();
        while (made.Count < count)
        {
            var sentence = $"{Any(Subjects)} {Any(Actions)}";
            made.Add(random.Next(4) == 0 ? $"{sentence}." : $"{sentence} {Any(Circumstances)}.");
        }
        return [.. made];

        string Any(string[] parts) => parts[random.Next(parts.Length)];
    }

    /// <summary>Pairs of sentences that have from none to all but one of their parts in common.</summary>
    public static IReadOnlyList<(string One, string Other)> MakePairs(int count, int seed)
    {
        var random = new Random(seed);
        var pairs = new List<(string, string)>();
        while (pairs.Count < count)
        {
            var one = Parts();
            var other = Parts();
            for (var part = 0; part < one.Length; part++)
            {
                if (random.Next(2) == 0) other[part] = one[part];
            }
            if (!one.SequenceEqual(other)) pairs.Add(($"{string.Join(' ', one)}.", $"{string.Join(' ', other)}."));
        }
        return pairs;

        string[] Parts() => [Any(Subjects), Any(Actions), Any(Circumstances)];
        string Any(string[] parts) => parts[random.Next(parts.Length)];
    }
}
