using Octet.Calibration.Formats;
using Octet.Calibration.Methods;
using Octet.Cluster;
using Octet.Data;
using Octet.Evaluation;
using Octet.Pipeline;
using Octet.Planning;
using Octet.Running;

namespace Octet.Tests.Cluster;

/// <summary>What several ranks measure and judge is what one process does, bit for bit.</summary>
public sealed class SharedWorkTests
{
    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(8)]
    public void Calibration_by_ranks_gives_the_table_of_one_process(int count)
    {
        var wanted = Table(RankGroup.Alone);
        foreach (var table in LocalRanks.Run(count, Table)) table.ShouldBe(wanted);
    }

    /// <summary>With a moving average the samples have an order, which ranks have to keep.</summary>
    [Fact]
    public void Quantizing_by_ranks_gives_the_model_of_one_process()
    {
        var recipe = Recipes.Fast with { Config = Recipes.Fast.Config with { ActivationMethod = new MovingAverageMethod() } };
        var wanted = Ranges(recipe, RankGroup.Alone);
        foreach (var ranges in LocalRanks.Run(3, ranks => Ranges(recipe, ranks))) ranges.ShouldBe(wanted);
    }

    /// <summary>Channels are measured for the powers of two, and each layer is tuned by every rank.</summary>
    [Fact]
    public void Recipes_that_tune_give_the_model_of_one_process()
    {
        var wanted = Ranges(Recipes.Find("pow2-best")!, RankGroup.Alone);
        foreach (var ranges in LocalRanks.Run(2, ranks => Ranges(Recipes.Find("pow2-best")!, ranks))) ranges.ShouldBe(wanted);
    }

    [Fact]
    public void Samples_that_one_rank_cannot_read_are_left_out_by_all()
    {
        using var folder = new TemporaryFolder();
        FillWithOneDamaged(folder);
        SeenBy(3, folder.Path).ShouldBe([(6, "zzz.png"), (6, "zzz.png"), (6, "zzz.png")]);
    }

    [Fact]
    public void A_list_may_name_a_damaged_file_twice()
    {
        using var folder = new TemporaryFolder();
        FillWithOneDamaged(folder);
        var names = Directory.EnumerateFiles(folder.Path).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal).ToArray();
        File.WriteAllLines(folder.PathOf("list.txt"), [.. names, names[^1]]);
        SeenBy(2, folder.PathOf("list.txt")).ShouldBe([(6, "zzz.png,zzz.png"), (6, "zzz.png,zzz.png")]);
    }

    static void FillWithOneDamaged(TemporaryFolder folder)
    {
        foreach (var file in Directory.EnumerateFiles(Signs.Calibration, "*.png").Order().Take(6))
            File.Copy(file, folder.PathOf(Path.GetFileName(file)));
        File.WriteAllText(folder.PathOf("zzz.png"), "no picture");
    }

    static (int Samples, string Skipped)[] SeenBy(int count, string data) => LocalRanks.Run(count, ranks =>
    {
        var model = Signs.Load();
        var samples = Quantizer.OpenSamples(model, data, OnBadSample.Skip);
        var statistics = Quantizer.Measure(model, samples, Options(Recipes.Fast, ranks));
        return (statistics.Samples, string.Join(',', samples.Skipped.Select(sample => sample.Name)));
    });

    [Fact]
    public void Evaluation_by_ranks_gives_the_accuracy_of_one_process()
    {
        var wanted = Judge(RankGroup.Alone);
        wanted.Samples.ShouldBe(40);
        foreach (var accuracy in LocalRanks.Run(3, Judge)) accuracy.ShouldBe(wanted);
    }

    static string Table(IRankGroup ranks)
    {
        var model = Signs.Load();
        var options = Options(Recipes.Fast, ranks);
        var statistics = Quantizer.Measure(model, Quantizer.OpenSamples(model, Signs.Calibration).Take(7), options);
        using var text = new StringWriter();
        CalibrationFormats.Octet.Write(Quantizer.ChooseTable(model, statistics, options), text);
        return text.ToString();
    }

    static string Ranges(Recipe recipe, IRankGroup ranks)
    {
        var model = Signs.Load();
        var result = Quantizer.Quantize(model, Quantizer.OpenSamples(model, Signs.Calibration).Take(10), Options(recipe, ranks));
        return string.Join('\n', result.Table.Ranges.Select(entry => $"{entry.Key}: {entry.Value.Low:r} {entry.Value.High:r}"));
    }

    static Accuracy Judge(IRankGroup ranks)
    {
        var model = Signs.Load();
        var samples = Quantizer.OpenSamples(model, Signs.Validation, alsoRead: [Signs.Labels]).Take(40);
        return new Classification([.. LabelFile.Read(Signs.Labels).Of(Quantizer.OpenSamples(model, Signs.Validation, alsoRead:
            [Signs.Labels])).Take(40)]).Evaluate(new Session(model.Graph), samples, new() { Threads = 1, Ranks = ranks });
    }

    static QuantizerOptions Options(Recipe recipe, IRankGroup ranks) =>
        new() { Recipe = recipe, RunOptions = new() { Threads = 1, Ranks = ranks } };
}
