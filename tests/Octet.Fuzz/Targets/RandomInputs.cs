using Octet.Fuzz.Mutation;
using Octet.Graphs;
using Octet.Tensors;

namespace Octet.Fuzz.Targets;

/// <summary>Something for each input of a model, mostly small numbers.</summary>
static class RandomInputs
{
    const int MaxElements = 100_000;

    /// <summary>Null where an input would be large, or is no tensor.</summary>
    public static Dictionary<string, Tensor>? For(Graph graph, Random random)
    {
        var inputs = new Dictionary<string, Tensor>();
        foreach (var input in graph.Inputs)
        {
            if (input.Type == DataType.Undefined) return null;
            var symbolic = input.Shape ?? new(random.Next(1, 4));
            if (symbolic.Dimensions.Aggregate(1.0, (product, dimension) => product * (dimension.Extent ?? 3)) > MaxElements) return null;
            inputs[input.Name] = Filled(input.Type, symbolic.Fill((_, _) => random.Next(1, 4)), random);
        }
        return inputs;
    }

    static Tensor Filled(DataType type, Shape shape, Random random)
    {
        var tensor = new Tensor(type, shape);
        // Calibration refuses what is not finite, so most inputs are.
        var wild = random.Next(4) == 0;
        for (var i = 0; i < tensor.Length; i++)
        {
            switch (type)
            {
                case DataType.Float32:
                    tensor.Floats[i] = wild && random.Next(10) == 0 ? random.Pick(Palette.Reals) : random.NextSingle() - 0.5f; break;
                case DataType.Int64: tensor.Longs[i] = random.Next(10) == 0 ? random.Pick(Palette.Numbers) : random.Next(-2, 5); break;
                case DataType.Int32:
                    tensor.AsSpan<int>()[i] = random.Next(10) == 0 ? (int)random.Pick(Palette.Numbers) : random.Next(-2, 5); break;
                case DataType.Bool: tensor.AsSpan<bool>()[i] = random.Next(2) == 0; break;
                case DataType.String: tensor.Strings[i] = random.Pick(Palette.Words); break;
                default: random.NextBytes(tensor.Bytes.Slice(i * type.Size, Math.Min(type.Size, 1))); break;
            }
        }
        return tensor;
    }
}
