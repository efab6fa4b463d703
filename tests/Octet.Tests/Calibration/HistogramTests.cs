using FsCheck;
using FsCheck.Fluent;
using Octet.Calibration;
using Octet.Numerics;

namespace Octet.Tests.Calibration;

public sealed class HistogramTests
{
    /// <summary>Values of all sizes: zeros, powers of two, ties with bin edges, denormals, and magnitudes that grow from sample to
    /// sample.</summary>
    static readonly Gen<float> Values = Gen.OneOf(
        Gen.Elements(0f, -0f, 1f, -1f, 6f, float.Epsilon, -1e-40f, 1.17549435e-38f, float.MaxValue, float.MinValue),
        Gen.Choose(-40, 40).Select(exponent => MathF.ScaleB(1, exponent)),
        Gen.Choose(-1000, 1000).Select(steps => steps / 64f),
        ArbMap.Default.GeneratorFor<float>().Where(float.IsFinite));

    [Fact]
    public void Any_order_any_batches_and_any_tree_of_merges_give_the_same_bits()
    {
        var cases = from values in Values.ArrayOf()
                    from seed in Gen.Choose(0, int.MaxValue)
                    select (values, seed);
        Prop.ForAll(cases.ToArbitrary(), given =>
        {
            var whole = new Histogram(64);
            whole.Add(given.values);

            var random = new Random(given.seed);
            var shuffled = given.values.ToArray();
            random.Shuffle(shuffled);
            var parts = new List<Histogram> { new(64) };
            for (var at = 0; at < shuffled.Length;)
            {
                var length = random.Next(1, shuffled.Length - at + 1);
                var part = random.Next(2) == 0 ? parts[random.Next(parts.Count)] : new Histogram(64);
                part.Add(shuffled.AsSpan(at, length));
                if (!parts.Contains(part)) parts.Add(part);
                at += length;
            }
            while (parts.Count > 1)
            {
                var (into, from) = (random.Next(parts.Count), random.Next(parts.Count));
                if (into == from) continue;
                parts[into].Merge(parts[from]);
                parts.RemoveAt(from);
            }
            ShouldBeSame(parts[0], whole);
        }).ShouldHold();
    }

    [Fact]
    public void Every_value_is_in_the_bin_that_spans_it()
    {
        Prop.ForAll(Values.ArrayOf().ToArbitrary(), values =>
        {
            var histogram = new Histogram(64);
            foreach (var value in values) histogram.Add([value]);

            var expected = new long[128];
            foreach (var value in values.Where(value => value != 0))
            {
                var bin = (int)Math.Floor(Math.Abs((double)value) / histogram.BinWidth);
                expected[64 + (value < 0 ? ~bin : bin)]++;
            }
            histogram.Counts.ToArray().ShouldBe(expected);
            histogram.Zeros.ShouldBe(values.LongCount(value => value == 0));
            histogram.Count.ShouldBe(values.Length);
            if (values.Length > 0) histogram.Range.ShouldBe(new ValueRange(values.Min(), values.Max()));
        }).ShouldHold();
    }

    [Fact]
    public void Large_tensors_are_counted_in_parts_of_which_each_may_widen_the_bins()
    {
        var random = new Random(3);
        var values = Enumerable.Range(0, 300_000).Select(i => (random.NextSingle() - 0.4f) * (i / 10_000)).ToArray();
        var (whole, pieces) = (new Histogram(), new Histogram());
        whole.Add(values);
        foreach (var piece in values.Chunk(777).Reverse()) pieces.Add(piece);

        ShouldBeSame(pieces, whole);
        whole.Counts.ToArray().Sum().ShouldBe(whole.Count - whole.Zeros);
        // The largest magnitude lies in the upper half of the bins.
        (whole.Range.Magnitude / whole.BinWidth).ShouldBeInRange(Histogram.DefaultBins / 2.0, Histogram.DefaultBins);
    }

    [Fact]
    public void A_value_that_is_not_finite_is_refused()
    {
        foreach (var value in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
        {
            Should.Throw<CalibrationException>(() => new Histogram().Add([1, value, 2])).Message.ShouldContain(
                $"a value of {value} was seen");
        }
    }

    [Fact]
    public void Histograms_of_different_sizes_do_not_merge() =>
    Should.Throw<ArgumentException>(() => new Histogram(64).Merge(new Histogram(128)));

    static void ShouldBeSame(Histogram actual, Histogram expected)
    {
        actual.WidthExponent.ShouldBe(expected.WidthExponent);
        actual.Counts.ToArray().ShouldBe(expected.Counts.ToArray());
        (actual.Count, actual.Zeros).ShouldBe((expected.Count, expected.Zeros));
        (Bits(actual.Range.Low), Bits(actual.Range.High)).ShouldBe((Bits(expected.Range.Low), Bits(expected.Range.High)));
    }

    static int Bits(float value) => BitConverter.SingleToInt32Bits(value);
}
