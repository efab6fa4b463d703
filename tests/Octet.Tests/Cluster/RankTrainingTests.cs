using Octet.Cluster;
using Octet.Data;
using Octet.Graphs;
using Octet.Tensors;
using Octet.Tests.Training;
using Octet.Training;

namespace Octet.Tests.Cluster;

public sealed class RankTrainingTests
{
    /// <summary>Without statistics of batches the mean gradient of shares is that of the batch.</summary>
    [Theory, InlineData(2), InlineData(4)]
    public void Ranks_train_what_one_process_trains(int count)
    {
        var options = Options() with { Plan = new() { BatchStatistics = false } };
        var wanted = Train(options);
        foreach (var network in LocalRanks.Run(count, ranks => Train(options with { Ranks = ranks })))
            Floats(network).ShouldBe(Floats(wanted), 1e-4f);
    }

    [Fact]
    public void Ranks_hold_the_same_bits_and_give_them_again()
    {
        var options = Options() with { WeightAverage = 0.9, StatisticsBatches = 2 };
        var (once, again) = (LocalRanks.Run(2, ranks => Train(options with { Ranks = ranks })),
            LocalRanks.Run(2, ranks => Train(options with { Ranks = ranks })));
        foreach (var network in once.Skip(1).Concat(again)) Floats(network).ShouldBe(Floats(once[0]));
    }

    [Fact]
    public void A_stopped_run_goes_on_with_the_same_bits_and_with_another_number_of_ranks_too()
    {
        using var folder = new TemporaryFolder();
        var options = Options() with { Validate = graph => -Floats(graph).Sum(MathF.Abs) };
        var whole = Floats(LocalRanks.Run(2, ranks => Train(options with { Ranks = ranks }))[0]);

        foreach (var count in new[] { 2, 1, 4 })
        {
            var path = folder.PathOf($"run{count}.npz");
            Should.Throw<OperationCanceledException>(() => LocalRanks.Run(2, ranks => Train(
                options with { Ranks = ranks, Checkpoint = ranks.Rank == 0 ? path : "elsewhere.npz" }, stopAfter: 4)));
            File.Exists("elsewhere.npz").ShouldBeFalse();
            var resumed = LocalRanks.Run(count, ranks => Train(
                options with { Ranks = ranks, Checkpoint = ranks.Rank == 0 ? path : "elsewhere.npz", Resume = true }));
            Floats(resumed[0]).ShouldBe(whole, count == 2 ? 0 : 0.05f);
        }
    }

    [Fact]
    public void A_batch_that_cannot_be_shared_evenly_is_refused() =>
        Should.Throw<TrainingException>(() => LocalRanks.Run(3, ranks => Train(Options() with { Ranks = ranks }))).Message
            .ShouldContain("multiple of their number");

    [Fact]
    public void Ranks_that_hold_other_weights_are_named()
    {
        var failure = Should.Throw<TrainingException>(() => LocalRanks.Run(3, ranks =>
        {
            using var plan = new TrainingPlan(SmallNetwork.Create(classes: 3),
                new Dictionary<string, Shape> { ["x"] = [4, 3, 12, 12] }, [new ClassLoss()]);
            if (ranks.Rank == 2) plan.Parameters[0].Elements.Floats[0] += 1;
            new RankStep(ranks).ThrowIfUnlike(plan.Parameters.Select(parameter => parameter.Elements));
            return 0;
        }));
        failure.Message.ShouldContain("rank 2 are not those of rank 0");
    }

    static Graph Train(TrainingOptions options, int? stopAfter = null)
    {
        using var cancel = new CancellationTokenSource();
        var network = SmallNetwork.Create(classes: 3);
        var progress = new StopAfter(cancel, options.Ranks.Rank == 0 ? stopAfter : null);
        using var trainer = new Trainer(network, Data(), options with { Progress = progress });
        trainer.Run(cancel.Token);
        return network;
    }

    static float[] Floats(Graph graph) => [.. graph.Constants.Where(constant => constant.Constant!.Type == DataType.Float32)
        .SelectMany(constant => constant.Constant!.Floats.ToArray())];

    static TrainingOptions Options() => new() { Batch = 16, Epochs = 3, LearningRate = 0.02, Seed = 5 };

    /// <summary>Noise that is brighter with the class.</summary>
    static TrainingData Data()
    {
        var pictures = Enumerable.Range(0, 48).Select(index =>
        {
            var random = new Random(index);
            return Enumerable.Range(0, 3 * 12 * 12).Select(_ => random.NextSingle() + 0.4f * (index % 3)).ToArray();
        }).ToArray();
        return new TrainingData(MadeSamples.Of("x", [1, 3, 12, 12], pictures))
        { Classes = [.. Enumerable.Range(0, 48).Select(index => index % 3)], Augmentation = new() { Shift = 1 } };
    }
}
