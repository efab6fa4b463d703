using Google.Protobuf;
using Octet.Tensors;

namespace Octet.ConformanceTests;

/// <summary>Reads the <c>input_0.pb</c> files of the operator suite: one TensorProto each. Apart from the library's reader on purpose, so that one does not hide the other's mistakes.</summary>
static class TensorProtoFile
{
    public static (string Name, Tensor Tensor) Read(string path)
    {
        var input = new CodedInputStream(File.ReadAllBytes(path));
        var (name, type) = ("", DataType.Undefined);
        var extents = new List<long>();
        var fields = new List<object>();
        var strings = new List<string>();
        byte[]? raw = null;

        while (input.ReadTag() is var tag and not 0)
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case 1: ReadEach(input, tag, () => extents.Add(input.ReadInt64())); break;
                case 2: type = (DataType)input.ReadInt32(); break;
                case 4: ReadEach(input, tag, () => fields.Add(input.ReadFloat())); break;
                case 5 or 7: ReadEach(input, tag, () => fields.Add(input.ReadInt64())); break;
                case 6: strings.Add(input.ReadString()); break;
                case 8: name = input.ReadString(); break;
                case 9: raw = input.ReadBytes().ToByteArray(); break;
                case 10: ReadEach(input, tag, () => fields.Add(input.ReadDouble())); break;
                case 11: ReadEach(input, tag, () => fields.Add(input.ReadUInt64())); break;
                default: input.SkipLastField(); break;
            }
        }

        var shape = Shape.From([.. extents]);
        if (type == DataType.String) return (name, Tensor.OfStrings(shape, [.. strings]));
        var tensor = new Tensor(type, shape);
        if (type.BitsInFile < 8) Unpack(raw ?? [.. fields.Select(field => (byte)(long)field)], tensor);
        else if (raw is not null) raw.CopyTo(tensor.Bytes);
        else FromFields(fields, tensor);
        return (name, tensor);
    }

    /// <summary>One element, or a run of them where the field is packed.</summary>
    static void ReadEach(CodedInputStream input, uint tag, Action readOne)
    {
        if (WireFormat.GetTagWireType(tag) != WireFormat.WireType.LengthDelimited)
        {
            readOne();
            return;
        }
        var length = input.ReadLength();
        for (var end = input.Position + length; input.Position < end;) readOne();
    }

    /// <summary>Elements of 2 or 4 bits, the first in the lowest bits of a byte.</summary>
    static void Unpack(byte[] packed, Tensor tensor)
    {
        var (bits, isSigned) = (tensor.Type.BitsInFile, tensor.Type is DataType.Int4 or DataType.Int2);
        for (var i = 0; i < tensor.Length; i++)
        {
            var element = packed[i * bits / 8] >> (i * bits % 8) & ((1 << bits) - 1);
            tensor.Bytes[i] = (byte)(isSigned && element >> (bits - 1) != 0 ? element - (1 << bits) : element);
        }
    }

    static void FromFields(List<object> fields, Tensor tensor)
    {
        for (var i = 0; i < fields.Count; i++)
        {
            var bytes = fields[i] switch
            {
                float value => BitConverter.GetBytes(value),
                double value => BitConverter.GetBytes(value),
                ulong value => BitConverter.GetBytes(value),
                var value => BitConverter.GetBytes((long)value),
            };
            bytes.AsSpan(0, tensor.Type.Size).CopyTo(tensor.Bytes[(i * tensor.Type.Size)..]);
        }
    }
}
