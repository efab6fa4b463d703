using System.Text.Json;
using Octet.Calibration;
using Octet.Calibration.Methods;
using Octet.Data.Arrays;
using Octet.Numerics;

namespace Octet.Tests.Calibration;

/// <summary>The methods of other tools: their searches on their own histograms, and the whole way from values to ranges.</summary>
public sealed class ForeignMethodTests
{
    const int Bins = 2048;

    /// <summary>The more bins our own histogram has, the rarer other choices between ranges that are nearly equally good.</summary>
    const int Finest = 65536;

    public static TheoryData<string> Inputs => [.. ObserverGolden.Activations];

    /// <summary>
    /// Where PyTorch itself is not on its own definition: as the range of "channel_spread" grew, its histogram was resampled until five of
    /// six values lay in other bins than they belong to; and at 1e-30 its error underflows in float32, so that every step seems as good as
    /// the one before.
    /// </summary>
    static readonly string[] EndsElsewhereThanPyTorch = ["channel_spread", "tiny_1e-30"];

    static bool IsConstant(ReadOnlySpan<float> values) => values.IndexOfAnyExcept(values[0]) < 0;

    [Theory, MemberData(nameof(Inputs))]
    public void The_histogram_search_is_PyTorchs_on_its_own_histogram(string input)
    {
        var record = ObserverGolden.Torch(input, "HistogramObserver_noint").First();
        if (IsConstant(ObserverGolden.Input(input).Floats) || input == "tiny_1e-30") return;
        var (low, high) = (record.GetProperty("hist_min").GetSingle(), record.GetProperty("hist_max").GetSingle());
        var counts = NpzFile.Read(
            SharedFolder.Require("golden", "observers", "torch_histograms.npz"))[$"{input}__HistogramObserver_noint"].Floats.ToArray();
        counts.Length.ShouldBe(Bins);

        var range = HistogramErrorMethod.Search(new(low, ((double)high - low) / Bins, [.. counts.Select(count => (double)count)]),
            levels: 256);

        var expected = ObserverGolden.Ranges(record, "min", "max").Single();
        range.Low.ShouldBe(expected.Low, (high - low) / Bins);
        range.High.ShouldBe(expected.High, (high - low) / Bins);
    }

    [Theory, MemberData(nameof(Inputs))]
    public void The_histogram_search_ends_near_PyTorchs_range_from_our_own_histogram(string input)
    {
        if (EndsElsewhereThanPyTorch.Contains(input)) return;
        var record = ObserverGolden.Torch(input, "HistogramObserver_noint").First();
        var bin = (record.GetProperty("hist_max").GetDouble() - record.GetProperty("hist_min").GetDouble()) / Bins;

        var range = RangeOf(new HistogramErrorMethod { Bins = Finest }, ObserverGolden.Input(input).Floats, QuantizationSpec.UInt8);

        var expected = ObserverGolden.Ranges(record, "min", "max").Single();
        range.Low.ShouldBe(expected.Low, 1.05 * bin + 1e-6);
        range.High.ShouldBe(expected.High, 1.05 * bin + 1e-6);
    }

    [Theory, InlineData("channel_spread"), InlineData("tiny_1e-30")]
    public void Where_PyTorchs_histogram_is_wrong_the_search_ends_as_on_the_exact_one(string input)
    {
        var values = ObserverGolden.Input(input).Floats;
        var seen = RangeOf(new MinMaxMethod(), values, QuantizationSpec.UInt8);
        var exact = NumPyHistogram(values, seen.Low, seen.High, Bins);

        var range = RangeOf(new HistogramErrorMethod(), values, QuantizationSpec.UInt8);

        var expected = HistogramErrorMethod.Search(exact, levels: 256);
        ((double)range.Low).ShouldBe(expected.Low, 0.01 * exact.Width);
        ((double)range.High).ShouldBe(expected.High, 0.01 * exact.Width);
        var counts = NpzFile.Read(
            SharedFolder.Require("golden", "observers", "torch_histograms.npz"))[$"{input}__HistogramObserver_noint"].Floats.ToArray();
        counts.Zip(exact.Counts, (one, other) => Math.Abs(one - other)).Sum().ShouldBeGreaterThan(0.15 * values.Length);
    }

    [Theory, MemberData(nameof(Inputs))]
    public void Entropy_is_ONNX_Runtimes_on_its_own_histogram(string input)
    {
        var values = ObserverGolden.Input(input).Floats;
        if (IsConstant(values)) return;
        foreach (var record in ObserverGolden.OnnxRuntime(input, "entropy"))
        {
            var bins = record.GetProperty("num_bins").GetInt32();
            var (low, high) = (record.GetProperty("hist_edge_first").GetSingle(), record.GetProperty("hist_edge_last").GetSingle());

            var found = EntropyMethod.Search(NumPyHistogram(values, low, high, bins), steps: 128);

            var (seen, expected) =
                (RangeOf(new MinMaxMethod(), values, QuantizationSpec.UInt8), ObserverGolden.Ranges(record, "lowest", "highest").Single());
            Math.Max(found.Low, seen.Low).ShouldBe(expected.Low, 1e-6 * high, $"{bins} bins");
            Math.Min(found.High, seen.High).ShouldBe(expected.High, 1e-6 * high, $"{bins} bins");
        }
    }

    [Theory, MemberData(nameof(Inputs))]
    public void Entropy_ends_near_ONNX_Runtimes_range_from_our_own_histogram(string input)
    {
        foreach (var record in ObserverGolden.OnnxRuntime(input, "entropy"))
        {
            var bins = record.GetProperty("num_bins").GetInt32();
            var expected = ObserverGolden.Ranges(record, "lowest", "highest").Single();
            var bin = record.GetProperty("hist_edge_last").GetDouble() * 2 / bins;

            var range = RangeOf(new EntropyMethod { SearchBins = bins, Bins = Finest }, ObserverGolden.Input(input).Floats,
                QuantizationSpec.UInt8);

            range.Low.ShouldBe(expected.Low, 1.01 * bin, $"{bins} bins");
            range.High.ShouldBe(expected.High, 1.01 * bin, $"{bins} bins");
        }
    }

    [Theory, MemberData(nameof(Inputs))]
    public void Percentile_is_ONNX_Runtimes_within_a_bin(string input)
    {
        foreach (var record in ObserverGolden.OnnxRuntime(input, "percentile"))
        {
            var expected = ObserverGolden.Ranges(record, "lowest", "highest").Single();
            var bin = (record.GetProperty("hist_edge_last").GetDouble() - record.GetProperty("hist_edge_first").GetDouble())
                / record.GetProperty("final_bins").GetInt32();
            var method = new PercentileMethod(record.GetProperty("percentile").GetDouble())
            {
                Symmetric = record.GetProperty("symmetric").GetBoolean(),
                Bins = BinnedCounts.SourceBins,
            };

            var range = RangeOf(method, ObserverGolden.Input(input).Floats, QuantizationSpec.UInt8).WithZero();

            range.Low.ShouldBe(Math.Min(0, expected.Low), 1.2 * bin, $"{method}");
            range.High.ShouldBe(Math.Max(0, expected.High), 1.2 * bin, $"{method}");
        }
    }

    [Theory, MemberData(nameof(Inputs))]
    public void The_divergence_of_tpu_mlir_finds_its_threshold_on_its_own_histogram(string input)
    {
        var values = ObserverGolden.Input(input).Floats;
        var record = ObserverGolden.Case(input).GetProperty("kld").GetProperty("sophgo_cpp_2048_128");
        var amax = record.GetProperty("amax").GetDouble();
        if (amax == 0) return;
        var width = amax / (Bins - 1);

        KldMethod.Search(NearestBins(values, width), width, bits: 8).ShouldBe(record.GetProperty("threshold").GetDouble(), 1e-6 * amax);
    }

    [Theory, MemberData(nameof(Inputs))]
    public void The_divergence_of_tpu_mlir_finds_its_threshold_from_our_own_histogram(string input)
    {
        var record = ObserverGolden.Case(input).GetProperty("kld").GetProperty("sophgo_cpp_2048_128");
        var amax = record.GetProperty("amax").GetDouble();

        var range = RangeOf(new KldMethod { Bins = Finest }, ObserverGolden.Input(input).Floats, QuantizationSpec.Int8Symmetric);

        ((double)range.Magnitude).ShouldBe(Math.Min(amax, record.GetProperty("threshold").GetDouble()), 1e-6 * amax + 1e-30);
    }

    [Theory, MemberData(nameof(Inputs))]
    public void The_divergence_of_TensorRTs_pseudo_code_finds_its_threshold(string input)
    {
        var values = ObserverGolden.Input(input).Floats;
        var record = ObserverGolden.Case(input).GetProperty("kld").GetProperty("spec_2048_128");
        var amax = record.GetProperty("amax").GetDouble();
        if (amax == 0) return;
        var width = amax / Bins;
        var counts = new double[Bins];
        foreach (var value in values) counts[Math.Min(Bins - 1, (int)(Math.Abs(value) / width))]++;

        TensorRtEntropyMethod.Search(counts, width, stride: 128).ShouldBe(record.GetProperty("threshold").GetDouble(), 1e-6 * amax);
    }

    public static TheoryData<string> TpuMlirTensors => ["normal", "relu", "outlier", "bigoutlier20000"];

    [Theory, MemberData(nameof(TpuMlirTensors))]
    public void Thresholds_of_a_single_sample_are_those_of_tpu_mlirs_formulas(string name)
    {
        var tensor = NpzFile.Read(SharedFolder.Require("golden", "ti", "extrema-inputs.npz"))[name];
        using var golden = JsonDocument.Parse(File.ReadAllText(SharedFolder.Require("golden", "tpu-mlir", "golden.json")));
        var expected = golden.RootElement.GetProperty("tensors").GetProperty(name);
        var (int8, int4) = (QuantizationSpec.Int8Symmetric, QuantizationSpec.Int8Symmetric with { Bits = 4 });
        var seen = RangeOf(new MinMaxMethod(), tensor.Floats, int8);

        seen.Magnitude.ShouldBe(Math.Max(-expected.GetProperty("min").GetSingle(), expected.GetProperty("max").GetSingle()));
        Threshold(new OctavMethod(), int8).ShouldBe(expected.GetProperty("mse8").GetDouble(), 1e-6 * seen.Magnitude);
        Threshold(new OctavMethod(), int4).ShouldBe(expected.GetProperty("mse4").GetDouble(), 1e-6 * seen.Magnitude);
        Threshold(new AciqGaussMethod(), int8).ShouldBe(expected.GetProperty("aciq_gauss8").GetDouble(), 1e-6 * seen.Magnitude);
        Threshold(new AciqLaplaceMethod(), int8).ShouldBe(expected.GetProperty("aciq_laplace8").GetDouble(), 1e-6 * seen.Magnitude);

        var width = (double)seen.Magnitude / (Bins - 1);
        foreach (var (bits, key) in new[] { (8, "kl8"), (4, "kl4") })
        {
            KldMethod.Search(NearestBins(tensor.Floats, width), width, bits)
                .ShouldBe(expected.GetProperty(key).GetProperty("raw").GetDouble(), 1e-6 * seen.Magnitude);
        }

        double Threshold(CalibrationMethod method, QuantizationSpec spec)
        {
            var observer = method.For(spec, 0, 1).Needs.CreateObserver();
            observer.Observe(tensor.Floats, 0);
            return Math.Min(((SampleThresholdObserver)observer).Mean, seen.Magnitude);
        }
    }

    [Theory]
    [InlineData(4, 2.55913642, 5.02864014)]
    [InlineData(8, 3.92403337, 9.89675982)]
    public void The_limits_of_aciq_are_tpu_mlirs(int bits, double gauss, double laplace)
    {
        AciqGaussMethod.LimitForUnitDeviation(bits).ShouldBe(gauss, 1e-6 * gauss);
        AciqLaplaceMethod.LimitForUnitDistance(bits).ShouldBe(laplace, 1e-6 * laplace);
    }

    [Fact]
    public void Thresholds_of_samples_are_averaged_whatever_the_order_and_the_threads()
    {
        var method = new AciqLaplaceMethod();
        var random = new Random(3);
        var samples = Enumerable.Range(0, 9)
            .Select(_ => Enumerable.Range(0, 1000).Select(_ => random.NextSingle() * random.NextSingle() - 0.2f).ToArray()).ToArray();
        var (whole, first, second) =
            (new SampleThresholdObserver(method), new SampleThresholdObserver(method), new SampleThresholdObserver(method));
        for (var i = 0; i < samples.Length; i++) whole.Observe(samples[i], i);
        foreach (var i in new[] { 8, 3, 0, 5 }) first.Observe(samples[i], i);
        foreach (var i in new[] { 7, 6, 4, 2, 1 }) second.Observe(samples[i], i);
        second.Merge(first);

        second.Mean.ShouldBe(whole.Mean);
        second.Range.ShouldBe(whole.Range);
        whole.Mean.ShouldBe(samples.Average(sample => method.ThresholdOf(sample)), 1e-12);
    }

    [Fact]
    public void The_rising_percentile_of_tpu_mlir_is_interpolated_between_two_values()
    {
        var values = Enumerable.Range(1, 200_000).Select(i => i / 1000f).ToArray();
        RangeOf(new RisingPercentileMethod(99.99), values, QuantizationSpec.Int8Symmetric).High.ShouldBe(199.98f, 0.01f);
        RangeOf(new RisingPercentileMethod().For(QuantizationSpec.UInt8, 9, 10), values, QuantizationSpec.UInt8).High.ShouldBe(199.998f,
            0.01f);
    }

    [Fact]
    public void Max_takes_the_largest_magnitude_for_both_sides_and_constant_what_it_was_told()
    {
        RangeOf(new MaxMethod(), [-3f, 1f], QuantizationSpec.UInt8).ShouldBe(new ValueRange(-3, 3));
        RangeOf(new MaxMethod(), [0f, 2f], QuantizationSpec.UInt8).ShouldBe(new ValueRange(0, 2));
        RangeOf(new ConstantMethod(-1, 4), [0f, 2f], QuantizationSpec.UInt8).ShouldBe(new ValueRange(-1, 4));
    }

    [Fact]
    public void Laying_a_histogram_onto_another_grid_keeps_every_value()
    {
        var values = ObserverGolden.Input("student_t3").Floats;
        var histogram = new Histogram();
        histogram.Add(values);
        var (signed, magnitudes) =
            (BinnedCounts.Of(histogram, -20, 0.37, 100), BinnedCounts.OfMagnitudes(histogram, 0, 0.1, 50, zeros: false));

        signed.Total.ShouldBe(values.Length, 1e-6);
        magnitudes.Total.ShouldBe(values.Length - histogram.Zeros, 1e-6);
        for (var bin = 1; bin < 99; bin++)
        {
            var (low, high) = (signed.Edge(bin), signed.Edge(bin + 1));
            var (inside, near) = (0, 0);
            foreach (var value in values)
            {
                if (value >= low && value < high) inside++;
                if (Math.Min(Math.Abs(value - low), Math.Abs(value - high)) <= histogram.BinWidth) near++;
            }
            signed.Counts[bin].ShouldBe(inside, near + 1e-6);
        }
    }

    /// <summary>Counts as numpy.histogram does: edges are float32.</summary>
    static BinnedCounts NumPyHistogram(ReadOnlySpan<float> values, float low, float high, int bins)
    {
        var width = ((double)high - low) / bins;
        var edges = Enumerable.Range(0, bins + 1).Select(i => i == bins ? high : (float)(low + i * width)).ToArray();
        var counts = new double[bins];
        foreach (var value in values)
        {
            var position = Array.BinarySearch(edges, value);
            counts[Math.Clamp(position >= 0 ? position : ~position - 1, 0, bins - 1)]++;
        }
        return new(low, width, counts);
    }

    /// <summary>Counts as tpu-mlir does: magnitudes other than zero in the nearest bin.</summary>
    static double[] NearestBins(ReadOnlySpan<float> values, double width)
    {
        var counts = new double[Bins];
        foreach (var value in values)
        {
            if (value != 0) counts[(int)Math.Floor(Math.Abs(value) / width + 0.5)]++;
        }
        return counts;
    }

    static ValueRange RangeOf(CalibrationMethod method, ReadOnlySpan<float> values, QuantizationSpec spec)
    {
        var observer = method.Needs.CreateObserver();
        // In parts small enough to be counted whole.
        foreach (var part in values.ToArray().Chunk(HistogramObserver.CountedOfLarge)) observer.Observe(part, 0);
        return method.RangeOf(observer, spec);
    }
}
