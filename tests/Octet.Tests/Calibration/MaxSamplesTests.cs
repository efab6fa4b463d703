using Octet.Calibration;
using Octet.Calibration.Formats;
using Octet.Calibration.Methods;
using Octet.Numerics;

namespace Octet.Tests.Calibration;

/// <summary>Statistics that hold something of each sample stay small, however many samples there are, and the same for any order and
/// grouping.</summary>
public sealed class MaxSamplesTests
{
    const int Many = 20_000;

    public static TheoryData<string> Kinds => ["moving-average", "octav"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_is_kept_does_not_depend_on_order_or_grouping(string kind)
    {
        var inOrder = StatisticOf(kind).CreateObserver();
        for (var sample = 0; sample < Many; sample++) inOrder.Observe(ValuesOf(sample), sample);
        IObserver[] threads = [.. Enumerable.Range(0, 3).Select(_ => StatisticOf(kind).CreateObserver())];
        var order = Enumerable.Range(0, Many).ToArray();
        new Random(1).Shuffle(order);
        foreach (var (index, sample) in order.Index()) threads[index % 3].Observe(ValuesOf(sample), sample);
        threads[2].Merge(threads[0]);
        threads[2].Merge(threads[1]);

        Chosen(kind, threads[2]).ShouldBe(Chosen(kind, inOrder));
        threads[2].Range.ShouldBe(inOrder.Range);
        KeptBy(inOrder).ShouldBe(MaxSamples.Count);
        KeptBy(threads[2]).ShouldBe(MaxSamples.Count);
    }

    /// <summary>The average of all 20,000 samples, computed as the definition says it: the start weighs 0.99²⁰⁴⁸ ≈ 10⁻⁹.</summary>
    [Fact]
    public void The_last_samples_give_the_moving_average_of_all()
    {
        var observer = new MovingAverageMinMaxObserver();
        var (low, high) = (0f, 0f);
        for (var sample = 0; sample < Many; sample++)
        {
            var values = ValuesOf(sample);
            observer.Observe(values, sample);
            (low, high) = sample == 0 ? (values[0], values[1]) : (low + 0.01f * (values[0] - low), high + 0.01f * (values[1] - high));
        }

        observer.Average().Low.ShouldBe(low, 1e-6);
        observer.Average().High.ShouldBe(high, 1e-6);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Many_samples_are_stored_and_read_again(string kind)
    {
        var observer = StatisticOf(kind).CreateObserver();
        for (var sample = 0; sample < Many; sample++) observer.Observe(ValuesOf(sample), sample);

        var read = StoredObserver.Of(observer).ToObserver().Value;

        Chosen(kind, read).ShouldBe(Chosen(kind, observer));
        read.Range.ShouldBe(observer.Range);
    }

    static Statistic StatisticOf(string kind) =>
        kind == "octav" ? new Statistic.SampleThresholds(new OctavMethod()) : new Statistic.SampleExtremes();

    static ValueRange Chosen(string kind, IObserver observer) => kind == "octav"
        ? new(0, (float)((SampleThresholdObserver)observer).Mean)
        : ((MovingAverageMinMaxObserver)observer).Average();

    static int KeptBy(IObserver observer) =>
        observer is SampleThresholdObserver limits ? limits.Thresholds.Count : ((MovingAverageMinMaxObserver)observer).Samples.Count;

    static float[] ValuesOf(int sample)
    {
        var random = new Random(sample);
        return [-random.NextSingle(), 1 + random.NextSingle()];
    }
}
