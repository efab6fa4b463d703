using Octet.Data;
using Octet.Graphs;
using Octet.Operators;
using Octet.Running;
using Octet.Tensors;
using Octet.Training;

namespace Octet.Tests.Training;

public sealed class TrainerTests
{
    [Fact]
    public void A_network_learns_to_tell_pictures_apart()
    {
        var network = SmallNetwork.Create(classes: 3);
        using var trainer = new Trainer(network, Data(), Options());
        trainer.Run();
        Accuracy(network).ShouldBeGreaterThan(0.95);
        trainer.Epochs.Count.ShouldBe(6);
        trainer.Epochs[^1].Loss.ShouldBeLessThan(trainer.Epochs[0].Loss / 3);
    }

    [Fact]
    public void A_quantized_student_follows_its_teacher_without_labels()
    {
        var teacher = SmallNetwork.Create(classes: 3);
        var student = SmallNetwork.Quantized(classes: 3);
        var options = Options() with
        {
            Losses = [new TeacherScoreLoss(2), new TeacherValueLoss(Weight: 0.1)],
            Teacher = teacher,
            Optimizer = new AdamOptimizer(),
            LearningRate = 1e-3,
            Plan = new() { BatchStatistics = false, Quantizers = QuantizerTraining.LearnedScales },
        };
        using var trainer = new Trainer(student, Data() with { Classes = null }, options);
        trainer.Run();
        trainer.Epochs[^1].Loss.ShouldBeLessThan(trainer.Epochs[0].Loss * 0.7);
    }

    [Fact]
    public void A_run_that_is_stopped_and_resumed_ends_with_the_bits_of_one_that_was_not()
    {
        using var folder = new TemporaryFolder();
        var options = Options() with { WeightAverage = 0.9, StatisticsBatches = 3, MaxGradient = 1, Validate = Accuracy, Epochs = 3 };
        var whole = Train(options, stopAt: null);
        foreach (var stop in new[] { 4, 9 })
        {
            var path = Path.Combine(folder.Path, $"run{stop}.npz");
            Train(options with { Checkpoint = path }, stop).ShouldBeNull();
            File.Exists(path).ShouldBeTrue();
            Train(options with { Checkpoint = path, Resume = true }, stopAt: null)!.ShouldBe(whole);
        }
    }

    [Fact]
    public void A_run_that_calms_oscillations_is_resumed_with_the_same_bits_too()
    {
        using var folder = new TemporaryFolder();
        var options = Options() with
        {
            Epochs = 3,
            Oscillations = new() { Dampening = 0.1, MaxFrequency = 0.01 },
            Plan = new() { BatchStatistics = false, Quantizers = QuantizerTraining.LearnedScales },
            Checkpoint = Path.Combine(folder.Path, "run.npz"),
        };
        var whole = Train(options, stopAt: null, SmallNetwork.Quantized(classes: 3));
        Train(options, stopAt: 9, SmallNetwork.Quantized(classes: 3)).ShouldBeNull();
        Train(options with { Resume = true }, stopAt: null, SmallNetwork.Quantized(classes: 3))!.ShouldBe(whole);
        Train(options with { Oscillations = new() }, stopAt: null, SmallNetwork.Quantized(classes: 3))!.ShouldNotBe(whole);
    }

    [Fact]
    public void A_batch_that_does_not_fit_the_memory_is_run_in_parts_with_the_same_result()
    {
        float[] Weights(long bytes)
        {
            var network = SmallNetwork.Create(classes: 3);
            using var trainer =
                new Trainer(network, Data(), Options() with { Steps = 4, Plan = new() { BatchStatistics = false, MaxBytes = bytes } });
            trainer.Run();
            return [.. network.Constants.SelectMany(
                constant => constant.Constant!.Type == DataType.Float32 ? constant.Constant.Floats.ToArray() : [])];
        }
        Weights(400_000).ShouldBe(Weights(100_000_000), 1e-4f);
        Should.Throw<MemoryLimitException>(() => Weights(1000));
        Should.Throw<MemoryLimitException>(
            () => new Trainer(SmallNetwork.Create(classes: 3), Data(), Options() with { Plan = new() { MaxBytes = 400_000 } }));
    }

    [Fact]
    public void Training_ends_early_and_keeps_the_best_state()
    {
        double[] judgements = [0.3, 0.5, 0.9, 0.7, 0.6, 0.8, 0.4];
        var seen = new List<byte[]>();
        double Judge(Graph graph)
        {
            seen.Add(Bits(graph));
            return judgements[seen.Count - 1];
        }
        var network = SmallNetwork.Create(classes: 3);
        using var trainer = new Trainer(network, Data(), Options() with { Validate = Judge, Patience = 2 });
        trainer.Run();
        seen.Count.ShouldBe(5);
        trainer.BestEpoch.ShouldBe(2);
        Bits(network).ShouldBe(seen[2]);
    }

    [Fact]
    public void A_network_that_no_epoch_makes_better_stays_as_it_was()
    {
        var (network, judged) = (SmallNetwork.Create(classes: 3), 0);
        var before = Bits(network);
        using var trainer = new Trainer(network, Data(), Options() with { Validate = _ => -judged++, Epochs = 2, StatisticsBatches = 2 });
        trainer.Run();
        trainer.BestEpoch.ShouldBe(0);
        // The beginning, two epochs, and the statistics that were estimated again.
        judged.ShouldBe(4);
        Bits(network).ShouldBe(before);
    }

    /// <summary>Adam's first step is as long as the rate, whatever the gradient: here half a step of the integers, 1/128, by the root of
    /// the 27 products of a sum.</summary>
    [Fact]
    public void Rates_in_steps_follow_the_quantizer_and_the_length_of_sums()
    {
        var network = SmallNetwork.Quantized(classes: 3);
        var before = network.Constants.First(constant => constant.Name == "w").Constant!.Floats.ToArray();
        var options = Options() with
        {
            Optimizer = new AdamOptimizer(),
            LearningRate = 0.5,
            Schedule = LearningSchedule.Constant,
            Steps = 1,
            Plan = new() { BatchStatistics = false, RatesInSteps = true },
        };
        using var trainer = new Trainer(network, Data(), options);
        trainer.Run();
        var after = network.Constants.First(constant => constant.Name == "w").Constant!.Floats.ToArray();
        after.Zip(before, (now, then) => Math.Abs(now - then)).Max().ShouldBe(0.5f / 128 / MathF.Sqrt(27), 1e-6f);
    }

    [Fact]
    public void Mixtures_of_samples_are_for_a_teacher_alone()
    {
        var mixed = Data() with { Augmentation = new() { Mixes = true } };
        Should.Throw<TrainingException>(() => new Trainer(SmallNetwork.Create(classes: 3), mixed, Options())).Message.ShouldContain(
            "Mixtures");
        using var trainer = new Trainer(SmallNetwork.Create(classes: 3), mixed with { Classes = null },
            Options() with { Teacher = SmallNetwork.Create(classes: 3), Steps = 2, Plan = new() { BatchStatistics = false } });
        trainer.Run();
        // The student is the teacher, which says of a mixture what the student says of it.
        trainer.Epochs[^1].Loss.ShouldBe(0, 1e-6);
    }

    /// <summary>Adam's first steps are as long as the rate, whatever the gradient.</summary>
    [Fact]
    public void Thresholds_move_by_their_reach_at_most_and_only_in_their_share_of_the_run()
    {
        float[] Scales(double until, double reach)
        {
            var network = SmallNetwork.Quantized(classes: 3);
            var options = Options() with
            {
                Optimizer = new AdamOptimizer(),
                LearningRate = 1e-6,
                QuantizerRate = 1,
                QuantizersUntil = until,
                Schedule = LearningSchedule.Constant,
                Steps = 6,
                Plan = new() { BatchStatistics = false, Quantizers = QuantizerTraining.LearnedThresholds, QuantizerReach = reach },
            };
            using var trainer = new Trainer(network, Data(), options);
            trainer.Run();
            return [.. network.Find<FakeQuantize>().SelectMany(node => ((FakeQuantize)node.Operator).Parameters.Scales)];
        }
        var start = SmallNetwork.Quantized(classes: 3).Find<FakeQuantize>()
            .SelectMany(node => ((FakeQuantize)node.Operator).Parameters.Scales).ToArray();
        Scales(until: 0, reach: 1).ShouldBe(start);
        var (near, far) = (Scales(until: 1, reach: 1), Scales(until: 1, reach: 10));
        near.Zip(start, (scale, first) => Math.Abs(Math.Log2(scale / first))).Max().ShouldBe(1);
        far.Zip(start, (scale, first) => Math.Abs(Math.Log2(scale / first))).Max().ShouldBeGreaterThan(1);
    }

    [Fact]
    public void What_does_not_fit_is_told_before_the_first_step()
    {
        Should.Throw<TrainingException>(
            () => new Trainer(SmallNetwork.Create(), Data() with { Classes = null }, Options())).Message.ShouldContain("needs labels");
        Should.Throw<TrainingException>(
            () => new Trainer(SmallNetwork.Create(), Data(), Options() with { Batch = 1000 })).Message.ShouldContain(
            "A batch takes 1000 samples");
        Should.Throw<TrainingException>(
            () => new Trainer(SmallNetwork.Create(), Data(), Options() with { Losses = [new TeacherScoreLoss()] })).Message.ShouldContain(
            "teacher");
    }

    [Fact]
    public void A_checkpoint_of_another_run_is_refused()
    {
        using var folder = new TemporaryFolder();
        var options = Options() with { Checkpoint = Path.Combine(folder.Path, "run.npz"), Epochs = 1 };
        Train(options, stopAt: null);
        Should.Throw<TrainingException>(() => Train(options with { Resume = true, Seed = 9 }, stopAt: null)).Message.ShouldContain(
            "another run");
    }

    static byte[]? Train(TrainingOptions options, int? stopAt, Graph? given = null)
    {
        using var cancel = new CancellationTokenSource();
        var network = given ?? SmallNetwork.Create(classes: 3);
        using var trainer = new Trainer(network, Data(), options with { Progress = new StopAfter(cancel, stopAt) });
        try
        {
            trainer.Run(cancel.Token);
            return Bits(network);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    static byte[] Bits(Graph graph) => [.. graph.Constants.SelectMany(constant => constant.Constant!.Bytes.ToArray())];

    static TrainingOptions Options() => new() { Batch = 16, Epochs = 6, LearningRate = 0.05, Seed = 5 };

    static TrainingData Data() =>
        new(Stripes())
        { Classes = [.. Enumerable.Range(0, 96).Select(index => index % 3)], Augmentation = new() { Shift = 1, Jitter = 0.1 } };

    static double Accuracy(Graph network)
    {
        var (session, samples, right) = (new Session(network), Stripes(), 0);
        for (var i = 0; i < samples.Count; i++)
        {
            var scores = session.Run(samples.Load(i).Inputs)["scores"].Floats;
            right += System.Numerics.Tensors.TensorPrimitives.IndexOfMax<float>(scores) == i % 3 ? 1 : 0;
        }
        return (double)right / samples.Count;
    }

    /// <summary>Noise with stripes down, stripes across, or none.</summary>
    static MadeSamples Stripes() => new(96, index =>
    {
        var random = new Random(index);
        var picture = new Tensor(DataType.Float32, [1, 3, 12, 12]);
        for (var i = 0; i < picture.Length; i++)
        {
            var line = index % 3 == 0 ? i % 12 : index % 3 == 1 ? i / 12 % 12 : 1;
            picture.Floats[i] = (float)(random.NextDouble() - 0.5) + (line % 4 < 2 && index % 3 < 2 ? 1 : 0);
        }
        return new Dictionary<string, Tensor> { ["x"] = picture };
    });

    [Fact]
    public void An_input_without_axes_has_no_room_for_a_batch()
    {
        var graph = new Graph { Name = "scalar", Opsets = { [""] = 13 } };
        var x = graph.AddInput("x", DataType.Float32, new());

        Should.Throw<TrainingException>(() => TrainingFit.BatchShape(x, 4)).Message.ShouldContain("'x' has no axis");
    }
}
