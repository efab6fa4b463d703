using Octet.Cluster;
using Octet.Tensors;

namespace Octet.Tests.Cluster;

public sealed class BucketMeansTests
{
    /// <summary>Lengths around the ends of buckets, which hold 2^20 elements; empty tensors among them.</summary>
    static readonly int[] Lengths = [2, 0, (1 << 20) - 1, 3, 1 << 20, (1 << 20) + 5, 0, 1];

    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(4)]
    public void Means_are_sums_in_the_order_of_ranks_divided_by_their_number(int count)
    {
        var made = LocalRanks.Run(count, ranks =>
        {
            var tensors = TensorsOf(ranks.Rank);
            new BucketMeans(ranks, tensors.Sum(tensor => (long)tensor.Length)).Average(tensors);
            return tensors;
        });

        var wanted = TensorsOf(0);
        for (var rank = 1; rank < count; rank++) AddTo(wanted, TensorsOf(rank));
        foreach (var tensors in made)
        {
            foreach (var (mean, sum) in tensors.Zip(wanted))
                mean.Floats.SequenceEqual(Array.ConvertAll(sum.Floats.ToArray(), value => value / count)).ShouldBeTrue();
        }
    }

    [Fact]
    public void What_ranks_have_may_differ_in_length()
    {
        var all = LocalRanks.Run(3, ranks => ranks.GatherAll([.. Enumerable.Repeat((byte)ranks.Rank, ranks.Rank * 2)]));
        foreach (var seen in all) seen.ShouldBe([[], [1, 1], [2, 2, 2, 2]]);
        LocalRanks.Run(3, ranks => ranks.FromFirst(ranks.Rank == 0 ? [7, 8] : null)).ShouldBe([[7, 8], [7, 8], [7, 8]]);
        LocalRanks.Run(2, ranks => ranks.FromFirst(null)).ShouldBe([null, null]);
        LocalRanks.Run(3, ranks => ranks.Sum(ranks.Rank + 0.5)).ShouldBe([4.5, 4.5, 4.5]);
    }

    [Fact]
    public void A_rank_that_fails_ends_the_others()
    {
        Should.Throw<InvalidDataException>(() => LocalRanks.Run(3, ranks =>
            ranks.Rank == 1 ? throw new InvalidDataException("this one") : ranks.Sum(1))).Message.ShouldBe("this one");
    }

    static Tensor[] TensorsOf(int rank)
    {
        var random = new Random(100 + rank);
        return [.. Lengths.Select(length =>
            Tensor.Of<float>([length], [.. Enumerable.Range(0, length).Select(_ => random.NextSingle() - 0.5f)]))];
    }

    static void AddTo(Tensor[] sums, Tensor[] tensors)
    {
        foreach (var (sum, tensor) in sums.Zip(tensors))
        {
            for (var i = 0; i < tensor.Length; i++) sum.Floats[i] += tensor.Floats[i];
        }
    }
}
