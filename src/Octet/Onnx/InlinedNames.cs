namespace Octet.Onnx;

/// <summary>What the values of a function are called where it is inlined; each graph inside the function has its own, which sees those
/// around it.</summary>
sealed class InlinedNames
{
    readonly InlinedNames? _outer;
    readonly HashSet<string> _taken;
    readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);

    /// <param name="prefix">Stands before each name that is made.</param>
    /// <param name="taken">All names of the model; those that are made join them.</param>
    public InlinedNames(string prefix, HashSet<string> taken)
    {
        Prefix = prefix;
        _taken = taken;
        _names[""] = "";
    }

    public InlinedNames(InlinedNames outer) : this(outer.Prefix, outer._taken) => _outer = outer;

    public string Prefix { get; }

    /// <summary>The new name; made now if the function has not used the old one before.</summary>
    public string this[string name] => Find(name) ?? _names[Define(name)];

    public bool Knows(string name) => Find(name) is not null;

    public void Set(string name, string inlined) => _names[name] = inlined;

    /// <summary>Makes a new name in this graph, even if a graph around it uses the old one too. Gives the old name back.</summary>
    public string Define(string name)
    {
        if (_names.ContainsKey(name)) return name;
        var inlined = Prefix + name;
        for (var i = 1; !_taken.Add(inlined); i++) inlined = $"{Prefix}{name}_{i}";
        _names[name] = inlined;
        return name;
    }

    string? Find(string name) => _names.GetValueOrDefault(name) ?? _outer?.Find(name);
}
