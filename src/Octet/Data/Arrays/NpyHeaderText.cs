using System.Globalization;
using Octet.Tensors;

namespace Octet.Data.Arrays;

/// <summary>Reads the Python dictionary that describes an array: <c>{'descr': '&lt;f4', 'fortran_order': False, 'shape': (3, 4), }</c>,
/// keys in any order.</summary>
ref struct NpyHeaderText
{
    const int MaxDimensions = 64;

    /// <summary>numpy's name of each element type, without the byte order.</summary>
    static readonly (string Code, DataType Type)[] Types =
    [
        ("f2", DataType.Float16), ("f4", DataType.Float32), ("f8", DataType.Float64), ("b1", DataType.Bool),
        ("i1", DataType.Int8), ("i2", DataType.Int16), ("i4", DataType.Int32), ("i8", DataType.Int64),
        ("u1", DataType.UInt8), ("u2", DataType.UInt16), ("u4", DataType.UInt32), ("u8", DataType.UInt64),
        ("c8", DataType.Complex64), ("c16", DataType.Complex128),
    ];

    readonly ReadOnlySpan<char> _text;
    ReadOnlySpan<char> _rest;

    NpyHeaderText(ReadOnlySpan<char> text) => _rest = _text = text.Trim();

    /// <summary>numpy's name of a type, without the byte order; null where it has none.</summary>
    public static string? CodeOf(DataType type) => Types.FirstOrDefault(known => known.Type == type).Code;

    /// <exception cref="FormatException">The text is no such dictionary, or describes something else than numbers; the message ends a
    /// sentence that begins with the file.</exception>
    public static NpyHeader Parse(string text) => new NpyHeaderText(text).Header();

    NpyHeader Header()
    {
        string? type = null;
        bool? columnMajor = null;
        long[]? extents = null;

        Expect('{');
        while (!Take('}'))
        {
            var key = Text();
            Expect(':');
            switch (key)
            {
                case "descr" when type is null: type = Take('[') ? throw Structured() : Text(); break;
                case "fortran_order" when columnMajor is null: columnMajor = Boolean(); break;
                case "shape" when extents is null: extents = Extents(); break;
                default: throw Unreadable();
            }
            if (Take(',')) continue;
            Expect('}');
            break;
        }

        if (_rest.Length > 0 || type is null || columnMajor is null || extents is null) throw Unreadable();
        return new(TypeOf(type), type[0] == '>', columnMajor.Value, extents, DataOffset: 0);
    }

    static DataType TypeOf(string description)
    {
        var code = description.TrimStart('<', '>', '|', '=');
        var found = Types.FirstOrDefault(known => known.Code == code);
        if (found.Code is not null && description.Length <= code.Length + 1) return found.Type;

        throw (code.Length == 0 ? ' ' : code[0]) switch
        {
            'O' => new FormatException("holds Python objects, which only Python can read; save an array of numbers"),
            'V' => Structured(),
            'U' or 'S' or 'a' => new FormatException("holds text; Octet reads arrays of numbers"),
            'M' or 'm' => new FormatException("holds dates; Octet reads arrays of numbers"),
            _ => new FormatException($"holds elements of type '{description}', which Octet does not know; "
                + $"it reads {string.Join(", ", Types.Select(known => known.Code))}"),
        };
    }

    long[] Extents()
    {
        var extents = new List<long>();
        Expect('(');
        while (!Take(')'))
        {
            extents.Add(Number());
            if (extents.Count > MaxDimensions) throw new FormatException($"has more than {MaxDimensions} dimensions");
            if (Take(',')) continue;
            Expect(')');
            break;
        }
        return [.. extents];
    }

    long Number()
    {
        _rest = _rest.TrimStart();
        var length = _rest.IndexOfAnyExceptInRange('0', '9');
        if (length <= 0 || !long.TryParse(_rest[..length], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            throw Unreadable();
        _rest = _rest[length..];
        Take('L'); // how Python 2 wrote long integers
        return number;
    }

    bool Boolean()
    {
        _rest = _rest.TrimStart();
        var value = _rest.StartsWith("True");
        if (!value && !_rest.StartsWith("False")) throw Unreadable();
        _rest = _rest[(value ? 4 : 5)..];
        return value;
    }

    string Text()
    {
        _rest = _rest.TrimStart();
        if (_rest.Length == 0 || _rest[0] is not ('\'' or '"')) throw Unreadable();
        var end = _rest[1..].IndexOf(_rest[0]);
        if (end < 0) throw Unreadable();
        var text = _rest.Slice(1, end).ToString();
        _rest = _rest[(end + 2)..];
        return text;
    }

    bool Take(char expected)
    {
        _rest = _rest.TrimStart();
        if (_rest.Length == 0 || _rest[0] != expected) return false;
        _rest = _rest[1..];
        return true;
    }

    void Expect(char expected)
    {
        if (!Take(expected)) throw Unreadable();
    }

    static FormatException Structured() => new("holds records of several fields; save each field as an array of its own");

    readonly FormatException Unreadable() =>
        new($"has a header that Octet cannot read at character "
            + $"{_text.Length - _rest.Length}: {(_text.Length > 80 ? $"{_text[..80]}…" : _text.ToString())}");
}
