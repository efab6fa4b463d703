namespace Octet.Graphs;

/// <summary>The extents that a graph's inputs leave open, and numbers to try in their place.</summary>
/// <remarks>Open extents of one name are one size. Those without a name are a size each, with an internal name.</remarks>
sealed class OpenExtents
{
    /// <summary>Sizes that networks ask for by their strides, windows and limits; what suits most comes first. Batches are small in all of
    /// them.</summary>
    static readonly (int Unit, int[] Multiples)[] Scales =
        [(64, [4, 5, 7, 9, 11, 13, 17, 19]), (224, [1, 2, 3, 5, 4, 7, 6, 9]), (32, [1, 2, 3, 5, 4, 7, 6, 9]),
            (1, [5, 7, 11, 13, 17, 19, 23, 29])];

    static readonly int[] Batches = [4, 6, 7, 9, 10, 11, 13, 14];

    readonly Dictionary<(Value Input, int Axis), string> _names = [];
    readonly Dictionary<string, (int Rank, int Axis)> _places = new(StringComparer.Ordinal);
    readonly Dictionary<string, bool> _isBatch = new(StringComparer.Ordinal);
    readonly Dictionary<string, ExtentExpression> _expressions = new(StringComparer.Ordinal);

    public OpenExtents(Graph graph)
    {
        var open = graph.Inputs.Where(input => input.Shape is not null)
            .SelectMany(input => input.Shape!.Dimensions.Index().Where(entry => entry.Item.Extent is null)
                .Select(entry => (input, axis: entry.Index, entry.Item.Symbol))).ToArray();
        // What can be read as a sum or product of names that stand alone elsewhere is one; any other text is a name.
        var alone = open.Select(entry => entry.Symbol).OfType<string>()
            .Where(symbol => ExtentExpression.Parse(symbol) is not { } read
                || read.ToString() == symbol && read.Names.SequenceEqual([symbol])).ToHashSet();
        foreach (var (input, axis, symbol) in open)
        {
            if (symbol is not null && !alone.Contains(symbol) && ExtentExpression.Parse(symbol) is { } expression
                && expression.Names.All(alone.Contains))
            {
                _expressions[symbol] = expression;
                _names[(input, axis)] = symbol;
                continue;
            }
            // A product of names that stand nowhere alone is a size, whose text would be read as a product again.
            var name = symbol is null ? $"{Anonymous}{_names.Count}" : symbol.Contains('*', StringComparison.Ordinal)
                ? $"{Anonymous}{symbol.Replace('*', ' ')}" : symbol;
            _names[(input, axis)] = name;
            _places.TryAdd(name, (input.Shape!.Rank, axis));
            _isBatch[name] = _isBatch.GetValueOrDefault(name, true) && axis == 0 && input.Shape!.Rank > 1;
        }
    }

    const char Anonymous = '?';

    /// <summary>The sizes that are free to choose.</summary>
    public IReadOnlyList<string> Names => [.. _isBatch.Keys];

    public static int ScaleCount => Scales.Length;

    /// <summary>Whether a name is the file's, and not made up for an extent without one.</summary>
    public static bool IsShown(string name) => !name.StartsWith(Anonymous);

    /// <summary>Whether a name stands only where inputs of two and more axes have their first.</summary>
    public bool IsBatch(string name) => _isBatch[name];

    /// <summary>Numbers of its own for each name, at the first of <see cref="ScaleCount"/> scales or a later one.</summary>
    public Dictionary<string, int> Numbers(int scale) =>
        Names.Index().ToDictionary(entry => entry.Item, entry => NumberAt(entry.Item, entry.Index, scale));

    /// <summary>Each name whose place another had before, as inputs of one shape have whose sizes go by different names, and that other
    /// one.</summary>
    public Dictionary<string, string> OfOnePlace() =>
        Names.GroupBy(name => _places[name]).SelectMany(names => names.Skip(1).Select(name => (name, names.First()))).ToDictionary();

    /// <summary>Other numbers for one name, where all others keep theirs: one of the same scale, the half, one that no stride divides, and
    /// 1.</summary>
    public IReadOnlyList<int> OtherNumbers(string name, int present, int scale)
    {
        var next = NumberAt(name, Names.Count + Names.Index().First(entry => entry.Item == name).Index, scale);
        return [.. new[] { next, present / 2, present == 1 ? 2 : present + 1, 1 }.Where(number => number > 0 && number != present)
            .Distinct()];
    }

    /// <summary>The extent of an input for the numbers; null where the file's text is no size that is known.</summary>
    public int Extent(Value input, int axis, Func<string, int> sizeOf)
    {
        var name = _names[(input, axis)];
        return _expressions.TryGetValue(name, out var expression)
            ? (int)System.Numerics.BigInteger.Min(int.MaxValue, System.Numerics.BigInteger.Max(0, expression.At(sizeOf))) : sizeOf(name);
    }

    /// <summary>What a declared name stands for; null if no input has it.</summary>
    public ExtentExpression? Read(string symbol)
    {
        if (_isBatch.ContainsKey(symbol)) return new([([symbol], 1)], 1);
        return ExtentExpression.Parse(symbol) is { } read && read.Names.All(_isBatch.ContainsKey) ? read : null;
    }

    int NumberAt(string name, int index, int scale)
    {
        var (unit, multiples) = _isBatch[name] ? (1, Batches) : Scales[scale];
        return unit * (multiples[index % multiples.Length] + index / multiples.Length * (unit == 1 ? 30 : 20));
    }
}
