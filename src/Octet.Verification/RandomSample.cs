using Octet.Graphs;
using Octet.Tensors;

namespace Octet.Verification;

/// <summary>Inputs for a model of which nobody gave any: the same numbers on every machine.</summary>
static class RandomSample
{
    /// <summary>Floats between −1 and 1, integers from 0 to 9; extents that are not known are 1.</summary>
    public static IReadOnlyDictionary<string, Tensor> For(Graph graph) =>
        graph.Inputs.Where(input => input.Constant is null).ToDictionary(input => input.Name, Make);

    static Tensor Make(Value input)
    {
        var extents = input.Shape?.Dimensions.Select(extent => (long)(extent.Extent ?? 1)).ToArray()
            ?? throw new VerificationException($"The model does not say the shape of its input '{input.Name}'. Give samples.");
        var tensor = new Tensor(input.Type, Shape.From(extents));
        var random = new Random(1);
        switch (tensor.Type)
        {
            case DataType.Float32: Fill(tensor.AsSpan<float>(), () => random.NextSingle() * 2 - 1); break;
            case DataType.Float64: Fill(tensor.AsSpan<double>(), () => random.NextDouble() * 2 - 1); break;
            case DataType.Int64: Fill(tensor.AsSpan<long>(), () => random.Next(10)); break;
            case DataType.Int32: Fill(tensor.AsSpan<int>(), () => random.Next(10)); break;
            case DataType.UInt8: Fill(tensor.AsSpan<byte>(), () => (byte)random.Next(256)); break;
            case DataType.Int8: Fill(tensor.AsSpan<sbyte>(), () => (sbyte)random.Next(-128, 128)); break;
            case DataType.Bool: Fill(tensor.AsSpan<bool>(), () => random.Next(2) == 1); break;
            default:
                throw new VerificationException(
                    $"No numbers are made up for input '{input.Name}' of type {tensor.Type.DisplayName}. Give samples.");
        }
        return tensor;
    }

    static void Fill<T>(Span<T> elements, Func<T> next)
    {
        foreach (ref var element in elements) element = next();
    }
}
