using Octet.Calibration;
using Octet.Calibration.Methods;
using Octet.Numerics;

namespace Octet.Tests.Calibration;

public sealed class CalibrationMethodTests
{
    static readonly IReadOnlyList<CalibrationMethod> All = CalibrationMethods.All;

    static readonly QuantizationSpec[] Specs =
    [
        QuantizationSpec.UInt8, QuantizationSpec.Int8, QuantizationSpec.Int8Symmetric, new(4, Signed: false, Symmetric: false),
        new(16, Signed: false, Symmetric: false), new(8, Signed: false, Symmetric: true),
    ];

    /// <summary>The slowest searches do not look at the integers.</summary>
    static IEnumerable<QuantizationSpec> SpecsFor(CalibrationMethod method) =>
        method is EntropyMethod or TensorRtEntropyMethod ? Specs.Take(1) : Specs;

    public static TheoryData<string> Inputs => [.. ObserverGolden.Activations];

    public static TheoryData<string> Names => [.. All.Select(method => method.Name)];

    [Theory, MemberData(nameof(Inputs))]
    public void Ranges_lie_within_what_was_seen_and_hold_most_of_it(string input)
    {
        var values = ObserverGolden.Input(input).Floats;
        foreach (var method in All.Where(method => method is not MaxMethod))
        {
            foreach (var spec in SpecsFor(method))
            {
                var range = RangeOf(method, values, spec);
                var seen = RangeOf(new MinMaxMethod(), values, spec);
                range.Low.ShouldBeLessThanOrEqualTo(range.High, $"{method.Name}, {spec}");
                range.WithZero().Low.ShouldBeGreaterThanOrEqualTo(seen.WithZero().Low, $"{method.Name}, {spec}");
                range.WithZero().High.ShouldBeLessThanOrEqualTo(seen.WithZero().High, $"{method.Name}, {spec}");
            }
        }
    }

    [Fact]
    public void Percentile_cuts_the_given_share_of_magnitudes()
    {
        var values = Enumerable.Range(1, 100_000).Select(i => i % 2 == 0 ? i / 1000f : -i / 1000f).ToArray();

        var range = RangeOf(new PercentileMethod(99), values, QuantizationSpec.Int8Symmetric);

        range.High.ShouldBe(99f, 0.1f);
        range.Low.ShouldBe(-range.High);
        values.Count(x => Math.Abs(x) > range.High).ShouldBeInRange(900, 1000);
    }

    [Fact]
    public void Percentile_cuts_half_of_the_rest_at_each_end_of_an_unsymmetric_range()
    {
        // −1 to 3, evenly.
        var values = Enumerable.Range(0, 100_001).Select(i => -1 + i * 4e-5f).ToArray();

        var range = RangeOf(new PercentileMethod(99), values, QuantizationSpec.UInt8);

        range.Low.ShouldBe(-0.98f, 0.005f);
        range.High.ShouldBe(2.98f, 0.005f);
        values.Count(x => x > range.High).ShouldBeLessThanOrEqualTo(500);
    }

    [Fact]
    public void A_full_percentile_is_min_max() =>
        RangeOf(new PercentileMethod(100), [-1.3f, 0.2f, 2.7f], QuantizationSpec.UInt8).ShouldBe(new ValueRange(-1.3f, 2.7f));

    [Fact]
    public void Mean_squared_error_finds_the_optimal_clipping_of_a_normal_and_of_a_Laplace_distribution()
    {
        // In multiples of the standard deviation and of the Laplace parameter; for 16 levels, of which this format has 15, and the minimum
        // is flat. Source: Banner et al. 2019, arXiv:1810.05723, table of optimal clipping values for 4 bits (2.56 and 5.03).
        var random = new Random(5);
        float Normal() => (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        float Laplace() => (float)(-Math.Log(1 - random.NextDouble()) * (random.Next(2) * 2 - 1));
        var spec = new QuantizationSpec(4, Signed: true, Symmetric: true, NarrowRange: true);

        RangeOf(new MeanSquaredErrorMethod(), Samples(Normal), spec).High.ShouldBe(2.56f, 0.15f);
        RangeOf(new MeanSquaredErrorMethod(), Samples(Laplace), spec).High.ShouldBe(5.03f, 0.35f);

        static float[] Samples(Func<float> next) => [.. Enumerable.Range(0, 400_000).Select(_ => next())];
    }

    [Theory, MemberData(nameof(Inputs))]
    public void The_squared_error_over_a_histogram_is_that_of_the_values(string input)
    {
        var values = ObserverGolden.Input(input).Floats.ToArray();
        if (values.All(x => x == 0)) return;
        var histogram = new Histogram();
        histogram.Add(values);
        var moments = new HistogramMoments(histogram);
        foreach (var spec in Specs)
        {
            foreach (var share in new[] { 1f, 0.7f, 0.2f })
            {
                var quantizer =
                    QuantizationParameters.From(new ValueRange(histogram.Range.Low * share, histogram.Range.High * share), spec);
                var rounded = new float[values.Length];
                LinearQuantizer.FakeQuantize(values, rounded, quantizer.Scale, quantizer.ZeroPoint, spec.Low, spec.High);
                var expected = values.Zip(rounded, (x, y) => Math.Pow((double)x - y, 2)).Sum();

                // Where all values share a few points, evenly spread bins cannot know which; half a bin is what they may be off.
                var slack = values.Length * Math.Pow(histogram.BinWidth, 2) / 3
                    + 2 * Math.Sqrt(expected * values.Length) * histogram.BinWidth / 2;
                moments.SquaredError(quantizer).ShouldBe(expected, Math.Max(0.03 * expected, slack), $"{spec}, {share}");
            }
        }
    }

    [Fact]
    [Trait("Duration", "long")]
    public void Mean_squared_error_beats_min_max_and_percentile_on_its_own_measure()
    {
        foreach (var input in new[] { "normal", "laplace", "student_t3", "outliers", "relu6_normal", "lognormal", "bimodal" })
        {
            var values = ObserverGolden.Input(input).Floats.ToArray();
            foreach (var spec in Specs.Where(spec => spec.Bits < 16))
            {
                var best = Error(new MeanSquaredErrorMethod());
                foreach (var other in All) best.ShouldBeLessThanOrEqualTo(Error(other) * 1.01, $"{input}, {spec}, {other.Name}");

                double Error(CalibrationMethod method)
                {
                    var parameters = QuantizationParameters.From(RangeOf(method, values, spec), spec);
                    var rounded = new float[values.Length];
                    LinearQuantizer.FakeQuantize(values, rounded, parameters.Scale, parameters.ZeroPoint, spec.Low, spec.High);
                    return values.Zip(rounded, (x, y) => Math.Pow((double)x - y, 2)).Sum();
                }
            }
        }
    }

    [Theory]
    [InlineData("kl")]
    [InlineData("mse")]
    [InlineData("percentile")]
    public void What_a_ReLU6_holds_at_six_is_not_taken_for_outliers(string name)
    {
        var random = new Random(8);
        // Most values small, one in fifty held at six: what an entropy over symmetric bins would clip to a third.
        var values = Enumerable.Range(0, 500_000).Select(_ => Math.Clamp((float)(-Math.Log(1 - random.NextDouble()) * 1.5 - 1.5), 0, 6))
            .ToArray();
        values.Count(x => x == 6).ShouldBeGreaterThan(2000);

        RangeOf(All.Single(method => method.Name == name), values, QuantizationSpec.UInt8).High.ShouldBe(6f, 0.1f);
    }

    [Fact]
    public void Divergence_cuts_a_few_far_outliers()
    {
        var random = new Random(9);
        float Normal() => (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        var values = Enumerable.Range(0, 500_000).Select(i => i % 100_000 == 1 ? 40f : Normal()).ToArray();

        RangeOf(new KullbackLeiblerMethod(), values, QuantizationSpec.UInt8).High.ShouldBeInRange(3.5f, 30f);
        RangeOf(new KullbackLeiblerMethod(), values, QuantizationSpec.Int8Symmetric).High.ShouldBeInRange(3.5f, 30f);
    }

    [Theory, MemberData(nameof(Names))]
    public void Without_values_there_is_no_range(string name)
    {
        var method = All.Single(method => method.Name == name);
        Should.Throw<CalibrationException>(() => method.RangeOf(method.Needs.CreateObserver(), QuantizationSpec.UInt8));
    }

    [Theory, MemberData(nameof(Names))]
    public void Constants_have_a_range_that_represents_them(string name)
    {
        var method = All.Single(method => method.Name == name);
        if (method is MaxMethod) return; // Takes as much on the other side, so that steps are twice as wide.
        foreach (var constant in new[] { 0f, 1.5f, -0.75f, 6f, 1e-40f, -3e38f })
        {
            foreach (var spec in SpecsFor(method))
            {
                var parameters = QuantizationParameters.From(RangeOf(method, Enumerable.Repeat(constant, 5000).ToArray(), spec), spec);
                var integer = LinearQuantizer.Quantize(constant, parameters.Scale, parameters.ZeroPoint, spec.Low, spec.High);
                ((double)parameters.Scale * (integer - parameters.ZeroPoint)).ShouldBe(constant, Math.Abs(constant) * 0.01 + 1e-38,
                    $"{constant}, {spec}");
            }
        }
    }

    [Fact]
    public void Methods_that_need_the_same_share_an_observer()
    {
        new KullbackLeiblerMethod().Needs.ShouldBe(new MeanSquaredErrorMethod().Needs);
        new KullbackLeiblerMethod { Bins = 8192 }.Needs.ShouldNotBe(new MeanSquaredErrorMethod().Needs);
    }

    static ValueRange RangeOf(CalibrationMethod method, ReadOnlySpan<float> values, QuantizationSpec spec)
    {
        var observer = method.Needs.CreateObserver();
        // In parts small enough to be counted whole.
        foreach (var part in values.ToArray().Chunk(HistogramObserver.CountedOfLarge)) observer.Observe(part, 0);
        return method.RangeOf(observer, spec);
    }
}
