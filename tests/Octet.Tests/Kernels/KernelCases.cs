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

    /// <summary>An activation that tells whether it was applied once, to all elements.</summary>
    public static void Twice(ReadOnlySpan<float> x, Span<float> y)
    {
        for (var i = 0; i < x.Length; i++) y[i] = 2 * x[i];
    }

    /// <summary>Exactly equal; NaN equals NaN. Only a difference is worth the time that a good message takes.</summary>
    public static void ShouldEqual(this float[] actual, float[] expected, string message = "")
    {
        if (!actual.AsSpan().SequenceEqual(expected)) actual.ShouldBe(expected, message);
    }

    /// <summary>A window over an image, with the same taps, stride, pads and dilation along both axes.</summary>
    public static WindowGeometry Window(int height, int width, int kernel, int stride, int pad, int dilation = 1) =>
        new(WindowAxis.Absent, Axis(height, kernel, stride, dilation, pad, pad), Axis(width, kernel, stride, dilation, pad, pad));

    /// <summary>Any window, with asymmetric pads and everything.</summary>
    public static WindowGeometry Window(Random random)
    {
        WindowAxis axis;
        WindowAxis Next()
        {
            do
            {
                var kernel = random.Next(1, 5);
                axis = Axis(random.Next(1, 16), kernel, random.Next(1, 4), random.Next(1, 4), random.Next(0, 4), random.Next(0, 4));
            }
            while (axis.Output < 1);
            return axis;
        }
        return new(WindowAxis.Absent, Next(), Next());
    }

    static WindowAxis Axis(int input, int kernel, int stride, int dilation, int padBefore, int padAfter)
    {
        var free = input + padBefore + padAfter - ((kernel - 1) * dilation + 1);
        return new(input, kernel, stride, dilation, padBefore, padAfter, free < 0 ? 0 : free / stride + 1);
    }
}
