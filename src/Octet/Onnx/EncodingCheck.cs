using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Octet.Onnx;

/// <summary>
/// Looks through an encoded message before it is parsed: whether all lengths fit, how deep it nests, and how many parts it has. A part of
/// two bytes can take hundreds in memory, so a small file could otherwise fill it. Elements of tensors are skipped, which makes this fast.
/// </summary>
/// <remarks>Source: the encoding of Protocol Buffers. A field begins with a number whose low three bits are its wire type and the others
/// its field number.</remarks>
ref struct EncodingCheck
{
    /// <summary>Of messages and of texts in lists. Large real models have some hundred thousand.</summary>
    const int MaxParts = 5_000_000;

    /// <summary>As deep as readers of this encoding usually follow.</summary>
    const int DeepestNesting = 100;

    enum WireType { Varint = 0, Fixed64 = 1, LengthDelimited = 2, Fixed32 = 5 }

    readonly ReadOnlySpan<byte> _bytes;
    int _position;
    int _parts;

    EncodingCheck(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <exception cref="ModelException">The bytes are no message of that kind; the message does not name the file.</exception>
    public static void Check(ReadOnlySpan<byte> bytes, MessageDescriptor message) =>
        new EncodingCheck(bytes).CheckMessage(bytes.Length, message, depth: 0);

    void CheckMessage(int end, MessageDescriptor message, int depth)
    {
        if (depth == DeepestNesting)
            throw new ModelException($"is damaged or hostile: its parts nest more than {DeepestNesting} deep at byte {_position}.");
        while (_position < end)
        {
            var start = _position;
            var tag = ReadVarint(end);
            if (tag >> 3 is 0 or > int.MaxValue) throw Damaged(start);
            var field = message.FindFieldByNumber((int)(tag >> 3));
            switch ((WireType)(tag & 7))
            {
                case WireType.Varint: ReadVarint(end); break;
                case WireType.Fixed32: Skip(4, end, start); break;
                case WireType.Fixed64: Skip(8, end, start); break;
                case WireType.LengthDelimited: CheckContent(end, start, field, depth); break;
                default: throw Damaged(start);
            }
        }
    }

    void CheckContent(int end, int start, FieldDescriptor? field, int depth)
    {
        var length = ReadVarint(end);
        if (length > (ulong)(end - _position)) throw TooLong(length, end, start);

        var isMessage = field?.FieldType == FieldType.Message;
        if (isMessage || field is { IsRepeated: true, FieldType: FieldType.String or FieldType.Bytes }) CountPart();
        if (isMessage) CheckMessage(_position + (int)length, field!.MessageType, depth + 1);
        else _position += (int)length;
    }

    void CountPart()
    {
        if (++_parts > MaxParts)
            throw new ModelException($"has more than {MaxParts} parts (nodes, attributes, names …), which no real model needs; it is "
                + "refused to save memory.");
    }

    void Skip(int count, int end, int start)
    {
        if (count > end - _position) throw TooLong((ulong)count, end, start);
        _position += count;
    }

    /// <summary>Seven bits a byte, the lowest first; the highest bit says that more follow.</summary>
    ulong ReadVarint(int end)
    {
        var start = _position;
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (_position == end) throw TooLong(1, end, start);
            var part = _bytes[_position++];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80) return value;
        }
        throw Damaged(start);
    }

    /// <summary>A part that leads out of the whole file tells of a file that was cut off; one that leads out of the part around it, of
    /// damage.</summary>
    readonly ModelException TooLong(ulong length, int end, int start) => end == _bytes.Length && start > 0
        ? new($"is cut off after {_bytes.Length} bytes, or damaged: what begins at byte {start} needs {length - (ulong)(end - _position)} "
            + "more. Fetch or copy it again.")
        : Damaged(start);

    static ModelException Damaged(int position) => new($"is no ONNX file, or is damaged at byte {position}.");
}
