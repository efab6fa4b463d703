using System.Collections;
using System.Diagnostics.CodeAnalysis;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// The attributes of one node, by name, in the order of the file. An operator reads them once, when it is created.
/// </summary>
/// <remarks>
/// A value is a <see cref="long"/>, <see cref="float"/>, <see cref="string"/>, <see cref="Tensor"/> or <see cref="ISubgraph"/>, an array of
/// one of these, or a <see cref="ForeignAttribute"/> that Octet only passes on.
/// </remarks>
public sealed class Attributes : IEnumerable<KeyValuePair<string, object>>
{
    readonly OrderedDictionary<string, object> _values = new(StringComparer.Ordinal);

    /// <summary>No attributes yet.</summary>
    public Attributes() { }

    /// <summary>The same attributes; the values are shared, not copied.</summary>
    public Attributes(Attributes original)
    {
        ArgumentNullException.ThrowIfNull(original);
        OutputCount = original.OutputCount;
        foreach (var (name, value) in original) _values[name] = value;
    }

    /// <summary>How many outputs the node has, omitted ones in between included; operators such as Split need it.</summary>
    public int OutputCount { get; init; } = 1;

    /// <summary>The number of attributes.</summary>
    public int Count => _values.Count;

    /// <exception cref="AttributeException">There is no such attribute.</exception>
    public object this[string name]
    {
        get => _values.TryGetValue(name, out var value) ? value : throw AttributeException.Missing(name);
        set => _values[name] = value;
    }

    /// <summary>Whether there is an attribute of that name.</summary>
    public bool Has(string name) => _values.ContainsKey(name);

    /// <summary>The value of an attribute, if there is one of that name.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out object? value) => _values.TryGetValue(name, out value);

    /// <summary>Adds an attribute; its value has one of the types that the remarks name.</summary>
    /// <exception cref="ArgumentException">There is one of that name.</exception>
    public void Add(string name, object value) => _values.Add(name, value);

    /// <summary>Takes an attribute away, if there is one of that name.</summary>
    public void Remove(string name) => _values.Remove(name);

    /// <summary>A copy that lacks one attribute.</summary>
    internal Attributes Without(string name)
    {
        var others = new Attributes(this);
        others.Remove(name);
        return others;
    }

    /// <summary>An integer.</summary>
    /// <exception cref="AttributeException">There is no such attribute, or it is of another kind.</exception>
    internal long Int(string name) => Get<long>(name);

    /// <summary>An integer, or <paramref name="fallback"/> where the attribute is absent.</summary>
    /// <exception cref="AttributeException">The attribute is of another kind.</exception>
    internal long Int(string name, long fallback) => Get(name, fallback);

    /// <summary>An integer that means yes (not zero) or no.</summary>
    internal bool Flag(string name, bool fallback = false) => Get(name, fallback ? 1L : 0L) != 0;

    /// <summary>A float.</summary>
    /// <exception cref="AttributeException">There is no such attribute, or it is of another kind.</exception>
    internal float Float(string name) => Get<float>(name);

    /// <summary>A float, or <paramref name="fallback"/> where the attribute is absent.</summary>
    /// <exception cref="AttributeException">The attribute is of another kind.</exception>
    internal float Float(string name, float fallback) => Get(name, fallback);

    /// <summary>A string.</summary>
    /// <exception cref="AttributeException">There is no such attribute, or it is of another kind.</exception>
    internal string String(string name) => Get<string>(name);

    /// <summary>A string, or <paramref name="fallback"/> where the attribute is absent.</summary>
    /// <exception cref="AttributeException">The attribute is of another kind.</exception>
    internal string String(string name, string fallback) => Get(name, fallback);

    /// <summary>A tensor.</summary>
    /// <exception cref="AttributeException">There is no such attribute, or it is of another kind.</exception>
    internal Tensor Tensor(string name) => Get<Tensor>(name);

    /// <summary>An element type by its number in the format; null where the attribute is absent or 0.</summary>
    /// <exception cref="AttributeException">No type has that number.</exception>
    internal DataType? ElementTypeOrNull(string name) => (DataType)Int(name, fallback: 0) switch
    {
        DataType.Undefined => null,
        var type when Enum.IsDefined(type) => type,
        var type => throw AttributeException.BadValue(name, (long)type, "the numbers of element types in ONNX"),
    };

    /// <summary>A graph: the body of a Loop, Scan or If.</summary>
    /// <exception cref="AttributeException">There is no such attribute, or it is of another kind.</exception>
    internal ISubgraph Subgraph(string name) => Get<ISubgraph>(name);

    /// <summary>A list of integers.</summary>
    /// <exception cref="AttributeException">There is no such attribute, or it is of another kind.</exception>
    internal long[] Ints(string name) => Get<long[]>(name);

    /// <summary>The list, or null where the attribute is absent.</summary>
    internal long[]? IntsOrNull(string name) => Has(name) ? Ints(name) : null;

    /// <summary>A list of floats, or null where the attribute is absent.</summary>
    /// <exception cref="AttributeException">The attribute is of another kind.</exception>
    internal float[]? FloatsOrNull(string name) => Has(name) ? Get<float[]>(name) : null;

    /// <summary>A list of strings, or null where the attribute is absent.</summary>
    /// <exception cref="AttributeException">The attribute is of another kind.</exception>
    internal string[]? StringsOrNull(string name) => Has(name) ? Get<string[]>(name) : null;

    /// <summary>Names and values, in the order of the file.</summary>
    public IEnumerator<KeyValuePair<string, object>> GetEnumerator() => _values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    T Get<T>(string name, T fallback) => Has(name) ? Get<T>(name) : fallback;

    T Get<T>(string name) => this[name] switch
    {
        T value => value,
        // Files that write no type for empty lists give a list of another kind.
        Array { Length: 0 } when Empty<T>() is { } empty => empty,
        var other => throw AttributeException.WrongKind(name, typeof(T), other.GetType()),
    };

    /// <summary>The empty list of a kind; null where it is no list that a getter asks for.</summary>
    static T? Empty<T>() => new object[] { Array.Empty<long>(), Array.Empty<float>(), Array.Empty<string>() }.OfType<T>().FirstOrDefault();
}

/// <summary>A graph inside an attribute: the branches of If, the bodies of Loop and Scan.</summary>
public interface ISubgraph
{
    /// <summary>The name of the graph in the file; may be empty.</summary>
    string Name { get; }
}

/// <summary>An attribute of a kind that Octet does not compute with, kept as the bytes of its AttributeProto so that writing loses
/// nothing.</summary>
sealed record ForeignAttribute(byte[] Encoded);

/// <summary>An attribute is missing, of the wrong kind, or has a value that the operator does not allow.</summary>
public sealed class AttributeException(string message) : OctetException(message)
{
    internal static AttributeException Missing(string name) => new($"the required attribute '{name}' is missing");

    internal static AttributeException WrongKind(string name, Type wanted, Type actual) =>
        new($"attribute '{name}' holds {Describe(actual)}, but {Describe(wanted)} is expected");

    internal static AttributeException BadValue(string name, object value, string allowed) =>
        new($"attribute '{name}' is {value}; allowed: {allowed}");

    static string Describe(Type type) =>
        type == typeof(long) ? "an int"
        : type == typeof(float) ? "a float"
        : type == typeof(string) ? "a string"
        : type == typeof(Tensor) ? "a tensor"
        : type.IsArray ? "a list of " + Describe(type.GetElementType()!)[2..].Trim() + "s"
        : type.IsAssignableTo(typeof(ISubgraph)) ? "a graph"
        : "another kind of value";
}
