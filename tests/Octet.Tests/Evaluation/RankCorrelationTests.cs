using Octet.Evaluation.Statistics;

namespace Octet.Tests.Evaluation;

public sealed class RankCorrelationTests
{
    /// <summary>With ranks 1 2 3 4 5 and 2 1 4 3 5: 1 − 6 · Σd² / (n (n² − 1)) = 1 − 6 · 4 / 120 = 0.8.</summary>
    [Fact]
    public void Neighbours_that_changed_places_cost_what_the_formula_says() =>
        RankCorrelation.Spearman([10, 20, 30, 40, 50], [0.2, 0.1, 0.4, 0.3, 9]).ShouldBe(0.8, 1e-12);

    [Fact]
    public void Orders_count_and_not_distances()
    {
        RankCorrelation.Spearman([1, 2, 3], [1, 100, 10000]).ShouldBe(1, 1e-12);
        RankCorrelation.Spearman([1, 2, 3], [3, 2, 1]).ShouldBe(-1, 1e-12);
    }

    /// <summary>Ranks 0.5 0.5 2 and 0 1 2: products of what they differ from 1 add up to 1.5, squares to 1.5 and 2.</summary>
    [Fact]
    public void Equal_numbers_share_the_mean_of_their_ranks() =>
        RankCorrelation.Spearman([5, 5, 7], [1, 2, 3]).ShouldBe(1.5 / Math.Sqrt(1.5 * 2), 1e-12);

    [Fact]
    public void Numbers_that_are_all_equal_have_no_order() => RankCorrelation.Spearman([1, 1, 1], [1, 2, 3]).ShouldBe(0);
}
