using Google.Protobuf;
using Octet.Onnx.Schema;
using Octet.Tensors;

namespace Octet.Fuzz.Mutation;

/// <summary>Changes of a constant: its shape with its elements, its shape alone, its type, or single elements.</summary>
static class TensorMutator
{
    public static void Change(TensorProto tensor, Random random)
    {
        switch (random.Next(6))
        {
            case 0 or 1 when tensor.DataType == (int)DataType.Int64: SetIntegers(tensor, random); break;
            case 0 or 1 or 2: SetFloats(tensor, random); break;
            case 3 when tensor.Dims.Count > 0: tensor.Dims[random.Next(tensor.Dims.Count)] = random.Pick(Palette.Numbers); break;
            case 4: tensor.DataType = random.Next(1, 27); break;
            default: MoveExtents(tensor, random); break;
        }
    }

    static void SetIntegers(TensorProto tensor, Random random)
    {
        Clear(tensor);
        var count = random.Next(0, 5);
        for (var i = 0; i < count; i++) tensor.Int64Data.Add(random.Next(2) == 0 ? random.Next(-3, 6) : random.Pick(Palette.Numbers));
        tensor.Dims.Add(count);
    }

    /// <summary>A sound constant of another, small shape.</summary>
    static void SetFloats(TensorProto tensor, Random random)
    {
        Clear(tensor);
        tensor.DataType = (int)DataType.Float32;
        var count = 1;
        for (var axis = random.Next(0, 5); axis > 0; axis--)
        {
            var extent = random.Next(8) == 0 ? 0 : random.Next(1, 5);
            tensor.Dims.Add(extent);
            count *= extent;
        }
        for (var i = 0; i < count; i++)
            tensor.FloatData.Add(random.Next(30) == 0 ? random.Pick(Palette.Reals) : random.NextSingle() - 0.5f);
    }

    /// <summary>As many elements in another shape.</summary>
    static void MoveExtents(TensorProto tensor, Random random)
    {
        if (random.Next(2) == 0) tensor.Dims.Insert(random.Next(tensor.Dims.Count + 1), 1);
        else if (tensor.Dims.Count > 1)
        {
            var place = random.Next(tensor.Dims.Count - 1);
            tensor.Dims[place] = unchecked(tensor.Dims[place] * tensor.Dims[place + 1]);
            tensor.Dims.RemoveAt(place + 1);
        }
    }

    static void Clear(TensorProto tensor)
    {
        tensor.RawData = ByteString.Empty;
        tensor.FloatData.Clear();
        tensor.Int32Data.Clear();
        tensor.Int64Data.Clear();
        tensor.DoubleData.Clear();
        tensor.StringData.Clear();
        tensor.Uint64Data.Clear();
        tensor.Dims.Clear();
    }
}
