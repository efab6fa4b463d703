using Octet.Evaluation;

namespace Octet.Tests.Evaluation;

public sealed class SignalComparisonTests
{
    [Fact]
    public void Noise_of_a_tenth_of_the_signal_is_twenty_decibels()
    {
        var comparison = SignalComparison.Of([3, 4], [3.3f, 4.4f]);

        comparison.SqnrDb.ShouldBe(20, tolerance: 1e-4);
        comparison.Cosine.ShouldBe(1, tolerance: 1e-12);
    }

    [Fact]
    public void Equal_opposite_and_silent_signals_have_their_limits()
    {
        SignalComparison.Of([1, 2], [1, 2]).SqnrDb.ShouldBe(double.PositiveInfinity);
        SignalComparison.Of([1, 2], [-1, -2]).Cosine.ShouldBe(-1, tolerance: 1e-12);
        SignalComparison.Of([0, 0], [0, 0]).Cosine.ShouldBe(1);
        SignalComparison.Of([1, 0], [0, 0]).Cosine.ShouldBe(0);
    }

    [Fact]
    public void Parts_add_up_to_the_whole()
    {
        var whole = SignalComparison.Of([1, 2, 3, 4], [1, 2.5f, 3, 3.5f]);

        (SignalComparison.Of([1, 2], [1, 2.5f]) + SignalComparison.Of([3, 4], [3, 3.5f])).ShouldBe(whole);
    }
}
