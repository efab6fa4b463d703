namespace Octet.Graphs;

/// <summary>Names that were given out, and new ones beside them. A wish that comes again and again does not take longer each
/// time.</summary>
sealed class TakenNames
{
    /// <summary>Longer names cost more than they say: each stands several times in a file.</summary>
    const int MaxLetters = 80;

    readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    /// <summary>For wishes that were taken already: the number to try next.</summary>
    readonly Dictionary<string, int> _nextNumbers = new(StringComparer.Ordinal);

    public void Add(string name) => _taken.Add(name);

    public void Add(TakenNames others) => _taken.UnionWith(others._taken);

    /// <summary><paramref name="wish"/> itself, shortened in its middle where it is very long, or with a number behind it.</summary>
    public string Unique(string wish)
    {
        var beginning = wish.Length <= MaxLetters ? wish : $"{wish[..(MaxLetters / 2 - 2)]}__{wish[^(MaxLetters / 2)..]}";
        if (_taken.Add(beginning)) return beginning;
        var number = _nextNumbers.GetValueOrDefault(beginning, 1);
        while (!_taken.Add($"{beginning}_{number}")) number++;
        _nextNumbers[beginning] = number + 1;
        return $"{beginning}_{number}";
    }
}
