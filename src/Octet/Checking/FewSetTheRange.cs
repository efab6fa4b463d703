using Octet.Calibration;
using Octet.Numerics;

namespace Octet.Checking;

/// <summary>How far a few of many numbers stretch a range that ends at a power of two.</summary>
/// <param name="Bits">By how many halvings the range would be less without them: so many bits serve none but these few.</param>
/// <param name="Few">How many they are.</param>
/// <param name="Inner">The power of two below which all others lie.</param>
readonly record struct FewSetTheRange(int Bits, long Few, float Inner)
{
    /// <summary>From this number of bits on it is reported.</summary>
    public const int Noticeable = 2;

    /// <summary>Six bits are enough for most layers, five are not.</summary>
    const int Costly = 3;

    const int Severe = 4;

    public Severity Severity => Bits switch { >= Severe => Severity.Problem, >= Costly => Severity.Warning, _ => Severity.Note };

    /// <param name="numbers">Any.</param>
    /// <param name="fewShare">Which share of them counts as few.</param>
    public static FewSetTheRange Of(ReadOnlySpan<float> numbers, double fewShare)
    {
        var histogram = new Histogram();
        histogram.Add(numbers);
        return Of(histogram, fewShare);
    }

    /// <summary>The same of numbers that were counted; the bins, whose width is a power of two, tell exactly how many lie beyond
    /// one.</summary>
    public static FewSetTheRange Of(Histogram histogram, double fewShare)
    {
        if (histogram.Range.IsNothing || histogram.Range.Magnitude == 0) return default;
        var max = (long)(histogram.Count * fewShare);
        var end = PowerOfTwo.Ceiling(histogram.Range.Magnitude);
        var found = new FewSetTheRange(0, 0, end);
        for (var bits = 1; end / (1 << bits) >= histogram.BinWidth; bits++)
        {
            var inner = (int)(end / (1 << bits) / histogram.BinWidth);
            var beyond = 0L;
            for (var bin = inner; bin < histogram.Bins; bin++) beyond += histogram[bin] + histogram[-1 - bin];
            if (beyond > max) break;
            found = new(bits, beyond, end / (1 << bits));
        }
        return found;
    }
}
