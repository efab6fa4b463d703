using Octet.Evaluation;
using Octet.Evaluation.Boxes;

namespace Octet.Tests.Evaluation;

public sealed class PairedStatisticsTests
{
    /// <summary>The square of the normal quantile of 97.5 %.</summary>
    const double Z2 = 1.959963984540054 * 1.959963984540054;

    /// <summary>Worked by hand: both tails of a binomial distribution with one half.</summary>
    [Theory, InlineData(0, 6, 2 / 64.0), InlineData(5, 0, 2 / 32.0), InlineData(3, 4, 1), InlineData(1, 7, 2 * 9 / 256.0),
        InlineData(0, 0, 1)]
    public void McNemars_test_is_exact(int gained, int lost, double p) => PairedProportions.McNemar(gained, lost).ShouldBe(p, 1e-12);

    /// <summary>With continuity correction z = 59 / √1460 = 1.544, of which both tails of the normal distribution hold 0.1226.</summary>
    [Fact]
    public void Where_powers_of_a_half_underflow_the_normal_distribution_takes_over() =>
    PairedProportions.McNemar(700, 760).ShouldBe(0.1226, 0.0005);

    /// <summary>With no sample on which the models differ, Tango's score is n·Δ / √(n·Δ(1 − Δ)), so that the ends are ± z² / (n +
    /// z²).</summary>
    [Fact]
    public void Models_that_never_differ_may_still_differ_by_a_little()
    {
        var none = PairedProportions.Compare("top-1", 0, 0, 400);

        none.High.ShouldBe(100 * Z2 / (400 + Z2), 1e-6);
        none.Low.ShouldBe(-none.High, 1e-9);
        none.IsClear.ShouldBeFalse();
    }

    /// <summary>With all samples gained the score is √(n(1 − Δ) / (1 + Δ)): the lower end is (n − z²) / (n + z²).</summary>
    [Fact]
    public void The_interval_ends_where_the_score_reaches_the_quantile() =>
        PairedProportions.Compare("top-1", 20, 0, 20).Low.ShouldBe(100 * (20 - Z2) / (20 + Z2), 1e-6);

    /// <summary>A model that is right twice more often among 15 samples is not better (p = 0.607); one that is right 20 times more often
    /// among 24 is.</summary>
    [Fact]
    public void A_difference_of_few_samples_cannot_be_told_from_none()
    {
        var little = PairedProportions.Compare("top-1", gained: 7, lost: 8, samples: 400);
        little.Points.ShouldBe(-0.25, 1e-12);
        little.ToString().ShouldStartWith("-0.25 points (95 %: -2.");
        little.ToString().ShouldEndWith(", which cannot be told from none");

        PairedProportions.Compare("top-1", gained: 2, lost: 22, samples: 400).IsClear.ShouldBeTrue();
        // McNemar's exact test has 0.0625 here, though the score alone would tell the models apart.
        PairedProportions.Compare("top-1", gained: 0, lost: 5, samples: 400).High.ShouldBe(0);
    }

    /// <summary>Wilson's interval for 10 of 10: n / (n + z²) to 1.</summary>
    [Fact]
    public void A_share_of_all_has_an_interval_too()
    {
        var (low, high) = PairedProportions.Share(1, 10);
        low.ShouldBe(10 / (10 + Z2), 1e-9);
        high.ShouldBe(1, 1e-9);
    }

    /// <summary>Differences are 1 in two of three samples and −2 in the third: their variance of a difference is 2, so that the mean of 300
    /// has ±1.96 · √(2 / 300).</summary>
    [Fact]
    public void The_bootstrap_finds_the_interval_of_a_mean()
    {
        double[] before = [.. Enumerable.Range(0, 300).Select(index => (double)(index % 3))];
        double[] after = [.. Enumerable.Range(0, 300).Select(index => (double)((index + 1) % 3) + 0.2)];
        Func<IReadOnlyList<int>, double> Mean(double[] values) =>
            counts => values.Select((value, index) => value * counts[index]).Sum() / counts.Sum();

        var difference = PairedBootstrap.Compare("mean", 300, Mean(before), Mean(after));

        difference.Points.ShouldBe(0.2, 1e-9);
        var half = 1.96 * Math.Sqrt(2.0 / 300);
        difference.Low.ShouldBe(0.2 - half, 0.03);
        difference.High.ShouldBe(0.2 + half, 0.03);
        PairedBootstrap.Compare("mean", 300, Mean(before), Mean(after)).ShouldBe(difference);
    }

    [Fact]
    public void A_picture_that_counts_twice_is_as_two_pictures()
    {
        Box here = new(0, 0, 10, 10), there = new(20, 20, 30, 30);
        JudgedPicture first = new([new(here, 0, 0.9f), new(there, 1, 0.4f)], [new(here, 0), new(there, 0)]);
        JudgedPicture second = new([new(there, 0, 0.8f), new(here, 1, 0.7f)], [new(here, 0), new(here, 1)]);
        JudgedPicture third = new([], [new(here, 2)]);

        new MatchedDetections([first, second, third]).Precisions([2, 1, 0]).ShouldBe(AveragePrecision.Of([first, first, second]), 1e-12);
    }

    /// <summary>By hand: 3 of 4 right, by chance 1/2·1/4 + 1/2·3/4 = 1/2, so that (3/4 − 1/2) / (1 − 1/2) = 1/2.</summary>
    [Fact]
    public void Agreement_beyond_chance_is_Cohens()
    {
        ChanceAgreement.Of([(0, 0), (0, 1), (1, 1), (1, 1)]).ShouldBe(0.5, 1e-12);
        ChanceAgreement.Of([(0, 3), (3, 3), (3, 3), (3, 3)]).ShouldBe(0, 1e-12);
    }
}
