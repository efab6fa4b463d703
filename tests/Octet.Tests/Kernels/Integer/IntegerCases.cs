using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Tests.Kernels;

/// <summary>What the tests of the integer kernels share.</summary>
static class IntegerCases
{
    /// <summary>Names of the levels that this machine runs, for theories.</summary>
    public static TheoryData<string> LevelNames => [.. DotProducts.Supported.Select(level => level.ToString())];

    /// <summary>Bytes of all values, in memory that ends as that of every tensor does.</summary>
    public static Tensor Bytes(this Random random, int count)
    {
        var bytes = new Tensor(DataType.UInt8, [count]);
        random.NextBytes(bytes.AsSpan<byte>());
        return bytes;
    }

    /// <summary>Weights of all values, the outermost often.</summary>
    public static sbyte[] Weights(this Random random, int count)
    {
        var weights = new sbyte[count];
        foreach (ref var weight in weights.AsSpan())
        {
            weight = random.Next(8) == 0 ? sbyte.MinValue : random.Next(8) == 0 ? sbyte.MaxValue : (sbyte)random.Next(-128, 128);
        }
        return weights;
    }

    /// <summary>
    /// Input and output of either type, with any zero points, activations that end within the type, and multipliers of which some make
    /// ties.
    /// </summary>
    public static IntegerScheme Scheme(this Random random, int outputs)
    {
        var (type, output) = (random.Next(2) == 0 ? DataType.Int8 : DataType.UInt8, random.Next(2) == 0 ? DataType.Int8 : DataType.UInt8);
        var (min, low) = (type == DataType.Int8 ? -128 : 0, output == DataType.Int8 ? -128 : 0);
        var limits = random.Next(2) == 0 ? (low, low + 255) : (low + random.Next(100), low + 100 + random.Next(156));
        var bias = random.Next(4) == 0 ? [] : Enumerable.Range(0, outputs).Select(_ => random.Next(-100_000, 100_000)).ToArray();
        var multipliers = Enumerable.Range(0, random.Next(3) == 0 ? 1 : outputs).Select(_ => Multiplier()).ToArray();
        return new(type, min + random.Next(256), bias, multipliers, new(output, low + random.Next(256), limits.Item1, limits.Item2));

        float Multiplier() => random.Next(8) switch
        {
            0 => 1f / 1024,
            1 => 0.5f,
            2 => 70_000f,
            _ => random.NextSingle() / 100,
        };
    }
}
