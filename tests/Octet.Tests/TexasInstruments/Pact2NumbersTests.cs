using System.Text.Json;
using Octet.Kernels;
using Octet.Numerics;
using Octet.Steps;
using Octet.Tensors;
using Octet.TexasInstruments;

namespace Octet.Tests.TexasInstruments;

public sealed class Pact2NumbersTests
{
    const float Tolerance = 1e-5f;

    [Fact]
    public void Extremes_and_trimmed_ranges_are_those_of_TIs_code()
    {
        foreach (var record in TiGolden.Records("extrema"))
        {
            var values = TiGolden.Input(TiGolden.Name(record)).Floats;

            var range = TrimmedRange.Of(values, record.GetProperty("percentile").GetDouble());

            range.Low.ShouldBe(record.GetProperty("min").GetSingle(), Tolerance, record.ToString());
            range.High.ShouldBe(record.GetProperty("max").GetSingle(), Tolerance, record.ToString());
        }
    }

    [Fact]
    public void Weights_are_clipped_as_in_TIs_code()
    {
        foreach (var record in TiGolden.Records("clip_weight"))
        {
            var weights = TiGolden.Floats(record, "input");

            WeightClipping.Apply(weights).ShouldBe(record.GetProperty("changed").GetInt32() > 0, TiGolden.Name(record));

            MinMax.Of(weights).Magnitude.ShouldBe(record.GetProperty("output_absmax").GetSingle(), Tolerance, TiGolden.Name(record));
        }
    }

    [Fact]
    public void Rounding_to_integers_and_back_is_that_of_TIs_code()
    {
        foreach (var record in TiGolden.Records("qdq"))
        {
            var rounding = record.GetProperty("round").GetString() switch
            {
                "round_up" => Rounding.HalfUp,
                "round_sym" => Rounding.HalfAwayFromZero,
                _ => Rounding.HalfToEven,
            };
            var stepsPerUnit = record.GetProperty("scale").GetSingle();
            if (record.GetProperty("power2").GetBoolean()) stepsPerUnit = PowerOfTwo.Floor(stepsPerUnit);
            var x = TiGolden.Floats(record, "x");
            var y = new float[x.Length];

            LinearQuantizer.FakeQuantize(x, y, 1 / stepsPerUnit, zeroPoint: 0, record.GetProperty("lo").GetInt32(),
                record.GetProperty("hi").GetInt32(), rounding);

            y.ShouldBe(TiGolden.Floats(record, "y"), Tolerance, record.ToString());
        }
    }

    [Fact]
    public void A_range_follows_its_batches_as_in_TIs_code()
    {
        foreach (var record in TiGolden.Records("pact2"))
        {
            bool? signed = record.GetProperty("signed").ValueKind == JsonValueKind.Null ? null : record.GetProperty("signed").GetBoolean();
            var range = new Pact2Range(signed, record.GetProperty("power2").GetBoolean());
            foreach (var (batch, after) in record.GetProperty("batches").EnumerateArray().Zip(record.GetProperty("after").EnumerateArray()))
            {
                range.Update(new(batch[0].GetSingle(), batch[1].GetSingle()));

                new[] { range.Average.Low, range.Average.High }.ShouldBe(TiGolden.Floats(after, "clips_act"), Tolerance, record.ToString());
                new[] { range.Effective.Low, range.Effective.High }.ShouldBe(TiGolden.Floats(after, "effective"), Tolerance,
                    record.ToString());
            }
        }
    }

    [Fact]
    public void Weights_become_the_integers_of_TIs_code()
    {
        foreach (var record in TiGolden.Records("weight_q"))
        {
            var weights = Tensor.Of(new Shape(TiGolden.Integers(record, "shape")), TiGolden.Floats(record, "input"));

            var parameters =
                Pact2Weights.Parameters(weights, bits: 8, powerOfTwo: true, record.GetProperty("per_channel").GetBoolean() ? 0 : null);

            parameters.Scales.Select(scale => 1 / scale)
                .ShouldBe(Expand(TiGolden.Floats(record, "scale"), parameters.Scales.Length), record.ToString());
            LinearQuantizer.FakeQuantize(weights, parameters).Floats.ToArray().ShouldBe(TiGolden.Floats(record, "output"), Tolerance);
        }

        // Where all channels have one scale, the record may hold it once.
        static float[] Expand(float[] scales, int count) => scales.Length == count ? scales : [.. Enumerable.Repeat(scales[0], count)];
    }

    [Theory]
    [InlineData(0.5f, 0.5f, 0.5f), InlineData(0.51f, 1f, 0.5f), InlineData(6f, 8f, 4f), InlineData(1f, 1f, 1f),
        InlineData(1e-40f, 1.8367099e-40f, 9.18355e-41f)]
    public void A_number_lies_between_two_powers_of_two(float value, float ceiling, float floor)
    {
        PowerOfTwo.Ceiling(value).ShouldBe(ceiling);
        PowerOfTwo.Floor(value).ShouldBe(floor);
    }

    [Fact]
    public void Rounding_half_up_is_adding_half_a_step_and_shifting()
    {
        const int shift = 5;
        var sums = Enumerable.Range(-9000, 18001).Append((1 << 24) - 1).ToArray();
        var y = new float[sums.Length];

        LinearQuantizer.FakeQuantize(
            [.. sums.Select(sum => MathF.ScaleB(sum, -12))], y, MathF.ScaleB(1, shift - 12), zeroPoint: 0, low: -128, high: 127,
            Rounding.HalfUp);

        y.ShouldBe(sums.Select(sum => MathF.ScaleB(Math.Clamp((sum + (1 << (shift - 1))) >> shift, -128, 127), shift - 12)));
    }

    [Theory]
    [InlineData(Rounding.HalfUp), InlineData(Rounding.HalfAwayFromZero)]
    public void Vectors_round_as_the_definition_does_at_every_length(Rounding rounding)
    {
        var random = new Random(20261121);
        for (var length = 0; length <= 70; length++)
        {
            var x = Enumerable.Range(0, length).Select(_ => MathF.Round((random.NextSingle() - 0.5f) * 400) / 4).ToArray();
            var y = new float[length];

            LinearQuantizer.FakeQuantize(x, y, scale: 0.5f, zeroPoint: 3, low: -100, high: 100, rounding);

            y.ShouldBe(x.Select(value => (Math.Clamp(LinearQuantizer.Round(value / 0.5f, rounding) + 3, -100, 100) - 3) * 0.5f));
        }
    }

    [Fact]
    public void What_is_no_number_becomes_zero_and_what_is_infinite_an_end()
    {
        var y = new float[3];
        LinearQuantizer.FakeQuantize([float.NaN, float.NegativeInfinity, float.PositiveInfinity], y, 1, 0, -128, 127, Rounding.HalfUp);
        y.ShouldBe([0f, -128f, 127f]);
    }

    [Fact]
    public void A_range_that_is_fixed_or_frozen_stays()
    {
        var range = Pact2Range.Fixed(new(-1, 3));
        range.Update(new(-100, 100));
        range.Effective.ShouldBe(new(-4, 4));

        var frozen = new Pact2Range(signed: false);
        frozen.Update(new(0, 5));
        frozen.Freeze();
        frozen.Update(new(0, 100));
        frozen.Effective.ShouldBe(new(0, 8));
    }

    [Theory]
    [InlineData(4), InlineData(8), InlineData(16)]
    public void Integers_cover_the_range_but_for_the_last_step(int bits)
    {
        var unsigned = Pact2Range.Parameters(new(0, 4), bits);
        unsigned.RangeOf(0).ShouldBe(new(0, 4 - unsigned.Scale));
        var signed = Pact2Range.Parameters(new(-4, 4), bits);
        signed.RangeOf(0).ShouldBe(new(-4, 4 - signed.Scale));
        (signed.Scale / unsigned.Scale).ShouldBe(2);
    }

    [Theory]
    [InlineData(0.0001), InlineData(0.01), InlineData(1), InlineData(50)]
    public void A_trimmed_range_is_that_of_a_histogram_of_all_values(double percent)
    {
        var random = new Random(11);
        for (var round = 0; round < 8; round++)
        {
            var spread = MathF.Pow(10, round - 4);
            // Bell-shaped, mostly zeros, with outliers, with two values alone; of lengths that fill no vector.
            foreach (var value in new Func<float>[] { Bell, () => Math.Max(0, Bell() - spread), () => MathF.Pow(Bell() / spread, 5),
                () => random.Next(2) * spread })
            {
                var values = Enumerable.Range(0, random.Next(1, 30_000)).Select(_ => value()).ToArray();
                var offset = spread * (round % 3);

                var sum = values.Select(x => x + offset).ToArray();
                var (middle, range) = (values.Length / 3, MinMax.Of(sum));
                var parts = new[] { values[..middle], values[middle..] }.Select(part =>
                {
                    var histogram = new TrimmedRange(range, values.Length, percent);
                    histogram.Count(part, part.Select(_ => offset).ToArray());
                    return histogram;
                }).ToArray();
                parts[0].Merge(parts[1]);

                parts[0].Trim().ShouldBe(TrimmedByDefinition(sum, percent));
                TrimmedRange.Of(sum, percent).ShouldBe(parts[0].Trim());
            }

            float Bell() => spread * (random.NextSingle() + random.NextSingle() + random.NextSingle() + random.NextSingle() - 2);
        }
    }

    /// <summary>All values in 256 bins; from either end the last one up to which less than the share has gathered is the end of the
    /// range.</summary>
    static ValueRange TrimmedByDefinition(float[] values, double percent)
    {
        var (low, high) = MinMax.Of(values);
        var binsPerUnit = 255 / (high - low);
        if (!float.IsFinite(binsPerUnit)) return new(low, high);
        var counts = new long[256];
        foreach (var value in values) counts[(int)MathF.Round((value - low) * binsPerUnit)]++;
        var first = Enumerable.Range(0, 256).LastOrDefault(bin => (float)(100.0 * counts[..(bin + 1)].Sum() / values.Length) < percent, 0);
        var last = Enumerable.Range(0, 256).FirstOrDefault(bin => (float)(100.0 * counts[bin..].Sum() / values.Length) < percent, 255);
        var width = (high - low) / 255;
        return new(Math.Max(first * width + low, low), Math.Min(last * width + low, high));
    }

    [Fact]
    public void An_observer_gives_the_same_range_however_samples_are_divided()
    {
        var random = new Random(7);
        var samples = Enumerable.Range(0, 9).Select(_ => Enumerable.Range(0, 500).Select(_ => random.NextSingle() - 0.3f).ToArray())
            .ToArray();
        var expected = new Pact2Range();
        foreach (var sample in samples) expected.Update(TrimmedRange.Of(sample, 0.5));

        var (even, odd) = (new Pact2Observer(0.5), new Pact2Observer(0.5));
        for (var i = 8; i >= 0; i--) (i % 2 == 0 ? even : odd).Observe(samples[i], i);
        odd.Merge(even);

        odd.Follow().Average.ShouldBe(expected.Average);
        odd.Range.ShouldBe(samples.Select(sample => MinMax.Of(sample)).Aggregate((all, next) => all.Union(next)));
    }
}
