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

    public Attributes() { }

    public Attributes(Attributes original)
    {
        OutputCount = original.OutputCount;
        foreach (var (name, value) in original) _values[name] = value;
    }

    /// <summary>How many outputs the node has, omitted ones in between included; operators such as Split need it.</summary>
    public int OutputCount { get; init; } = 1;

    public int Count => _values.Count;

    /// <exception cref="AttributeException">There is no such attribute.</exception>
    public object this[string name]
    {
        get => _values.TryGetValue(name, out var value) ? value : throw AttributeException.Missing(name);
        set => _values[name] = value;
    }

    public bool Has(string name) => _values.ContainsKey(name);

    public bool TryGet(string name, [NotNullWhen(true)] out object? value) => _values.TryGetValue(name, out value);

    public void Add(string name, object value) => _values.Add(name, value);

    public void Remove(string name) => _values.Remove(name);

    public long Int(string name) => Get<long>(name);

    public long Int(string name, long fallback) => Get(name, fallback);

    /// <summary>An integer that means yes (not zero) or no.</summary>
    public bool Flag(string name, bool fallback = false) => Get(name, fallback ? 1L : 0L) != 0;

    public float Float(string name) => Get<float>(name);

    public float Float(string name, float fallback) => Get(name, fallback);

    public string String(string name) => Get<string>(name);

    public string String(string name, string fallback) => Get(name, fallback);

    public Tensor Tensor(string name) => Get<Tensor>(name);

    /// <summary>An element type by its number in the format; null where the attribute is absent or 0.</summary>
    /// <exception cref="AttributeException">No type has that number.</exception>
    public DataType? ElementTypeOrNull(string name) => (DataType)Int(name, fallback: 0) switch
    {
        DataType.Undefined => null,
        var type when Enum.IsDefined(type) => type,
        var type => throw AttributeException.BadValue(name, (long)type, "the numbers of element types in ONNX"),
    };

    public ISubgraph Subgraph(string name) => Get<ISubgraph>(name);

    public long[] Ints(string name) => Get<long[]>(name);

    /// <summary>The list, or null where the attribute is absent.</summary>
    public long[]? IntsOrNull(string name) => Has(name) ? Ints(name) : null;

    public float[]? FloatsOrNull(string name) => Has(name) ? Get<float[]>(name) : null;

    public string[]? StringsOrNull(string name) => Has(name) ? Get<string[]>(name) : null;

    public IEnumerator<KeyValuePair<string, object>> GetEnumerator() => _values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    T Get<T>(string name, T fallback) => Has(name) ? Get<T>(name) : fallback;

    T Get<T>(string name) => this[name] switch
    {
        T value => value,
        // Files that write no type for empty lists give a list of another kind.
        Array { Length: 0 } when typeof(T).IsArray => (T)(object)Array.CreateInstance(typeof(T).GetElementType()!, 0),
        var other => throw AttributeException.WrongKind(name, typeof(T), other.GetType()),
    };
}

/// <summary>A graph inside an attribute: the branches of If, the bodies of Loop and Scan.</summary>
public interface ISubgraph
{
    string Name { get; }
}

/// <summary>An attribute of a kind that Octet does not compute with, kept as the bytes of its AttributeProto so that writing loses
/// nothing.</summary>
sealed record ForeignAttribute(byte[] Encoded);

/// <summary>An attribute is missing, of the wrong kind, or has a value that the operator does not allow.</summary>
public sealed class AttributeException(string message) : OctetException(message)
{
    public static AttributeException Missing(string name) => new($"the required attribute '{name}' is missing");

    public static AttributeException WrongKind(string name, Type wanted, Type actual) =>
        new($"attribute '{name}' holds {Describe(actual)}, but {Describe(wanted)} is expected");

    public static AttributeException BadValue(string name, object value, string allowed) =>
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
