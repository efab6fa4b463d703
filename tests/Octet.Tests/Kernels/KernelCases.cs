using Octet.Kernels;

namespace Octet.Tests.Kernels;

/// <summary>What the tests of all matrix kernels share.</summary>
static class KernelCases
{
    /// <summary>Every level: wide ones run on narrow machines too, only slowly.</summary>
    public static SimdLevel[] Levels => Enum.GetValues<SimdLevel>();

    /// <summary>Their names, for theories.</summary>
    public static TheoryData<string> LevelNames => [.. Enum.GetNames<SimdLevel>()];

    /// <summary>Small numbers of both signs.</summary>
    public static float[] Values(this Random random, int count)
    {
        var values = new float[count];
        foreach (ref var value in values.AsSpan()) value = random.NextSingle() * 2 - 1;
        return values;
    }
}
