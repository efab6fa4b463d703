namespace Octet.Fuzz.Mutation;

/// <summary>What programs tend to stumble over.</summary>
static class Palette
{
    public static readonly long[] Numbers =
        [0, 1, 2, -1, -2, 3, 4, 7, 64, 1000, 100_000, int.MaxValue, int.MinValue, 1L << 31, 1L << 32, long.MaxValue, long.MinValue];

    public static readonly float[] Reals = [0, 1, -1, 0.5f, 1e-30f, 1e30f, float.NaN, float.PositiveInfinity, float.NegativeInfinity, 3e9f];

    public static readonly string[] Words =
        ["", "linear", "nearest", "cubic", "SAME_UPPER", "SAME_LOWER", "VALID", "NOTSET", "constant", "reflect", "edge", "mean", "none",
        "ij,jk->ik", "...", "Tanh", "asymmetric", "?", "null", "-1", "\u0000", "é\u0301", "1e999"];

    public static T Pick<T>(this Random random, IReadOnlyList<T> list) => list[random.Next(list.Count)];
}
