using Octet.Calibration;
using Octet.Data;
using Octet.Graphs;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Tests.Calibration;

public sealed class CalibratorTests
{
    const int Size = 64;

    /// <summary>A convolution with a ReLU6 whose result has more elements than are counted of one sample, and an addition behind
    /// it.</summary>
    static Graph Network()
    {
        var random = new Random(5);
        var graph = new Graph { Name = "network", Opsets = { [""] = 13 } };
        var x = graph.AddInput("x", DataType.Float32, new(new Dimension(null, "N"), 3, Size, Size));
        var weights = graph.AddConstant("weights", Tensor.Of([20, 3, 3, 3], Numbers(random, 20 * 27, 6)));
        var conv = graph.Add("Conv", [x, weights], "conv", new() { ["pads"] = new long[] { 1, 1, 1, 1 } });
        var clip = graph.Add("Clip", [conv, graph.AddConstant("low", Tensor.Scalar(0f)), graph.AddConstant("high", Tensor.Scalar(6f))],
            "clip");
        graph.AddOutput(graph.Add("Add", [clip, graph.AddConstant("one", Tensor.Scalar(1f))], "y"));
        return graph;
    }

    static float[] Numbers(Random random, int count, float scale) =>
        [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() - 0.5f) * scale)];

    static Tensor Picture(int number) => Tensor.Of([1, 3, Size, Size], Numbers(new(number), 3 * Size * Size, 1 + number % 5));

    static CalibrationResult Measure(Graph graph, MadeSamples samples, int threads, Func<IObserver> observer) =>
        Calibrator.Measure(graph, [.. graph.Inputs, .. graph.Nodes.Select(node => node.Output)], samples, _ => observer(),
            new() { Threads = threads });

    [Fact]
    public void Threads_batches_and_order_change_no_bit_of_the_statistics()
    {
        var graph = Network();
        Tensor[] pictures = [.. Enumerable.Range(0, 12).Select(Picture)];
        var expected = Described(Measure(graph, MadeSamples.Of("x", pictures), threads: 1, () => new HistogramObserver()));

        foreach (var batch in new[] { 1, 2, 3, 4 })
        {
            foreach (var threads in new[] { 1, 2, 3 })
            {
                var samples = MadeSamples.Of("x", [.. pictures.Reverse().Chunk(batch).Select(Batch)]);
                Described(Measure(graph, samples, threads, () => new HistogramObserver())).ShouldBe(expected);
            }
        }
    }

    [Fact]
    public void Extremes_are_those_of_all_elements_even_where_a_part_is_counted()
    {
        var graph = Network();
        var samples = MadeSamples.Of("x", [.. Enumerable.Range(0, 4).Select(Picture)]);

        var extremes = Measure(graph, samples, threads: 2, () => new MinMaxObserver());
        var distributions = Measure(graph, samples, threads: 2, () => new HistogramObserver());

        foreach (var (value, observer) in extremes.Observers) distributions.Observers[value].Range.ShouldBe(observer.Range);
        var clipped = (HistogramObserver)distributions.Observers[graph.FindValue("clip")!];
        clipped.Range.ShouldBe(new(0, 6));
        clipped.Histogram.Count.ShouldBeInRange(4 * HistogramObserver.CountedOfLarge - 64, 4 * 2 * HistogramObserver.CountedOfLarge - 1);
    }

    [Fact]
    public void The_part_that_is_counted_tells_the_distribution_of_the_whole()
    {
        var random = new Random(9);
        var values = Enumerable.Range(0, 1_000_000)
            .Select(_ => MathF.Sqrt(-2 * MathF.Log(1 - random.NextSingle())) * MathF.Cos(MathF.Tau * random.NextSingle())).ToArray();
        var (part, whole) = (new HistogramObserver(64), new Histogram(64));
        part.Observe(values, sample: 0);
        whole.Add(values);

        part.Range.ShouldBe(whole.Range);
        for (var bin = -64; bin < 64; bin++)
        {
            // Five standard deviations of a count, and the two extremes.
            var share = whole[bin] / (double)whole.Count;
            (part.Histogram[bin] / (double)part.Histogram.Count).ShouldBe(share, 5 * Math.Sqrt(share / part.Histogram.Count) + 1e-4);
        }
    }

    [Fact]
    public void A_value_that_is_not_finite_is_named_with_its_sample()
    {
        var bad = Picture(1);
        bad.Floats[7] = float.NaN;

        var problem =
            Should.Throw<CalibrationException>(
                () => Measure(Network(), MadeSamples.Of("x", Picture(0), bad), threads: 1, () => new HistogramObserver()));

        problem.Message.ShouldContain("Value 'x', sample 'sample 1'");
    }

    static Tensor Batch(Tensor[] pictures)
    {
        var batch = new Tensor(DataType.Float32, [pictures.Length, 3, Size, Size]);
        foreach (var (picture, index) in pictures.Select((picture, index) => (picture, index))) picture.CopyTo(batch.Slice(index, 1));
        return batch;
    }

    static string Described(CalibrationResult result) =>
        string.Join('\n', result.Observers.OrderBy(entry => entry.Key.Name, StringComparer.Ordinal).Select(entry =>
    {
        var histogram = ((HistogramObserver)entry.Value).Histogram;
        return $"{entry.Key.Name} {histogram.Range.Low:R} {histogram.Range.High:R} {histogram.WidthExponent} {histogram.Count} "
            + $"{histogram.Zeros} {string.Join(',', histogram.Counts.ToArray())}";
    }));
}
