using Octet.Calibration;
using Octet.Calibration.Methods;
using Octet.Data;
using Octet.Onnx;
using Octet.Pipeline;
using Octet.Planning;
using Octet.Steps;
using Octet.TexasInstruments;
using Octet.Training;

namespace Octet.Tests.Pipeline;

/// <summary>Parts of the data that are measured apart, written, read and merged, serve all steps of a recipe: the exported file is that of
/// one machine.</summary>
public sealed class ShardedRecipeTests : IDisposable
{
    /// <summary>More than the 16 that judge and the few that some steps run again, and no multiple of the parts.</summary>
    const int Count = 22;

    readonly TemporaryFolder _folder = new();

    public static TheoryData<Recipe> All =>
    [
        Recipes.Fast, Recipes.Best, Recipes.Find("pow2-best")!,
        Recipes.PyTorchDefault with { Steps = [new EqualizeChannels(), new ChooseRanges()] },
        Recipes.Best with
        {
            Name = "few samples again",
            Config = Recipes.Best.Config with { ActivationMethod = new MovingAverageMethod() },
            Steps = [new ChooseRanges(), new RoundAdaptively { MaxSamples = 3 }, new CorrectBiases { MaxSamples = 3 }],
        },
        TiRecipe.Of(new() { Frames = 5, Iterations = 2 }, "ti", ""),
        Recipes.Fast with
        {
            Name = "trained",
            Steps = [new ChooseRanges(), new Train { Options = Train.Usual with { Steps = 2, Batch = 4 } }],
        },
    ];

    public void Dispose() => _folder.Dispose();

    static ISampleSource Samples() => Quantizer.OpenSamples(Signs.Load(), Signs.Calibration).Take(Count);

    CalibrationStatistics Saved(string name, CalibrationStatistics statistics, Recipe recipe)
    {
        Quantizer.ChooseTable(Signs.Load(), statistics, new() { Recipe = recipe }).Save(_folder.PathOf(name));
        return CalibrationTable.Load(_folder.PathOf(name)).Statistics!;
    }

    CalibrationStatistics Measured(string name, Recipe recipe, Shard? shard = null) => Saved(
        name, Quantizer.Measure(Signs.Load(), Samples(), new() { Recipe = recipe }, shard: shard), recipe);

    static byte[] Bytes(QuantizationResult result)
    {
        using var stream = new MemoryStream();
        OnnxWriter.Write(result.Export(), stream);
        return stream.ToArray();
    }

    [Theory, MemberData(nameof(All))]
    [Trait("Duration", "long")]
    public void Merged_parts_give_the_file_of_one_machine(Recipe recipe)
    {
        var (first, second, third) =
            (Measured("1", recipe, new(1, 3)), Measured("2", recipe, new(2, 3)), Measured("3", recipe, new(3, 3)));
        var two = Saved("1+3", CalibrationStatistics.Merge([("3", third), ("1", first)]), recipe);
        var all = Saved("all", CalibrationStatistics.Merge([("2", second), ("1+3", two)]), recipe);

        var merged = Quantizer.Quantize(Signs.Load(), all, new() { Recipe = recipe });

        Bytes(merged).ShouldBe(Bytes(Quantizer.Quantize(Signs.Load(), Samples(), new() { Recipe = recipe })));
        Measured("whole", recipe);
        File.ReadAllBytes(_folder.PathOf("all")).ShouldBe(File.ReadAllBytes(_folder.PathOf("whole")));
    }

    [Fact]
    public void Only_samples_that_steps_run_again_are_carried_along()
    {
        // Three that pass through the layers, and the last sixteen that judge.
        var few = Recipes.Best with { Steps = [new ChooseRanges(), new CorrectBiases { MaxSamples = 3 }] };

        Measured("few", few).Store.Samples.Select(entry => entry.Place).ShouldBe([0, 1, 2, .. Enumerable.Range(6, 16)]);
        Measured("part", few, new(1, 3)).Store.Samples.Select(entry => entry.Place).ShouldBe([0, 1, 2, 6]);
        Measured("ranges", Recipes.Fast).Store.Samples.ShouldBeEmpty();
        File.ReadAllText(_folder.PathOf("ranges")).ShouldStartWith("{");
    }

    [Fact]
    [Trait("Duration", "long")]
    public void Samples_that_cannot_be_read_are_left_out_of_parts_as_of_the_whole()
    {
        var folder = Directory.CreateDirectory(_folder.PathOf("pictures")).FullName;
        foreach (var picture in Directory.GetFiles(Signs.Calibration, "*.png").Order(StringComparer.Ordinal).Take(7))
            File.Copy(picture, Path.Combine(folder, Path.GetFileName(picture)));
        File.WriteAllText(Path.Combine(folder, "0 damaged.png"), "no picture");
        ISampleSource Open() => Quantizer.OpenSamples(Signs.Load(), folder, OnBadSample.Skip);
        var options = new QuantizerOptions { Recipe = Recipes.Best };

        var parts = Enumerable.Range(1, 2).Select(part => (
            $"{part}", Saved($"{part}", Quantizer.Measure(Signs.Load(), Open(), options, shard: new(part, 2)), Recipes.Best))).ToArray();
        var merged = Quantizer.Quantize(Signs.Load(), CalibrationStatistics.Merge(parts), options);

        merged.Table.Samples.ShouldBe(7);
        Bytes(merged).ShouldBe(Bytes(Quantizer.Quantize(Signs.Load(), Open(), options)));
    }

    [Fact]
    public void A_recipe_whose_samples_are_not_there_is_refused()
    {
        string Refused(CalibrationStatistics statistics, Recipe recipe) => Should.Throw<CalibrationException>(
            () => Quantizer.Quantize(Signs.Load(), statistics, new() { Recipe = recipe })).Message;
        var few = Recipes.Best with { Steps = [new ChooseRanges(), new CorrectBiases { MaxSamples = 3 }] };

        Refused(Measured("fast", Recipes.Fast), Recipes.Best).ShouldStartWith(
            "Recipe best runs samples again after they were measured, and the statistics carry none of those that it needs.");
        Refused(Measured("few", few), Recipes.Best).ShouldContain("carry only 19 of those that it needs");
        Refused(Measured("part", Recipes.Best, new(2, 3)), Recipes.Best).ShouldContain(
            "the statistics are of 7 of 22 samples. Merge those of the other parts too.");
    }

    [Fact]
    public void A_method_that_was_not_measured_is_not_measured_from_the_samples_that_are_carried_along()
    {
        var other = Recipes.Best with { Config = Recipes.Best.Config with { ActivationMethod = new OctavMethod() } };

        Should.Throw<CalibrationException>(
            () => Quantizer.Quantize(Signs.Load(), Measured("best", Recipes.Best), new() { Recipe = other })).Message.ShouldContain(
            "Measure the data again for this method.");
    }

    [Fact]
    public void Parts_for_recipes_that_run_other_samples_again_do_not_merge() =>
        Should.Throw<CalibrationException>(() => CalibrationStatistics.Merge(
        [
            ("a", Measured("a", Recipes.Best, new(1, 2))),
            ("b", Measured("b", Recipes.Fast, new(2, 2))),
        ])).Message.ShouldContain("'b' carries other samples along, for another recipe, than 'a'");
}
