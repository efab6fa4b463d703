namespace Octet.Calibration;

/// <summary>Which samples statistics keep that hold something of each sample: as many as matter, however many there are, and the same ones
/// for any number of threads, parts and merges.</summary>
static class MaxSamples
{
    /// <summary>Where each sample moves an average by 1 %, those before the last so many weigh less than 10⁻⁸ together.</summary>
    public const int Count = 2048;

    /// <summary>Keeps the last samples. Call it after each addition: it works only now and then.</summary>
    public static void KeepLast<T>(Dictionary<int, T> samples, bool now = false) => Keep(samples, sample => -(long)sample, now);

    /// <summary>Keeps samples spread evenly over all. Call it after each addition: it works only now and
    /// then.</summary>
    public static void KeepEvenly<T>(Dictionary<int, T> samples, bool now = false) => Keep(samples, sample => Mixed((uint)sample), now);

    /// <summary>Those with the least ranks stay, so that what stays of two sets together is what stays of those that stay of
    /// each.</summary>
    static void Keep<T>(Dictionary<int, T> samples, Func<int, long> rank, bool now)
    {
        if (samples.Count <= (now ? Count : 2 * Count)) return;
        foreach (var sample in samples.Keys.OrderBy(rank).Skip(Count).ToArray()) samples.Remove(sample);
    }

    /// <summary>Another number below 2³², the same for the same number, that follows no order. Source: the last steps of
    /// MurmurHash3.</summary>
    static long Mixed(uint number)
    {
        number = (number ^ (number >> 16)) * 0x85ebca6b;
        number = (number ^ (number >> 13)) * 0xc2b2ae35;
        return number ^ (number >> 16);
    }
}
