using Octet.Calibration.Methods;
using Octet.Numerics;
using Octet.Pipeline;
using Octet.Pipeline.RecipeFiles;
using Octet.Planning;
using Octet.Steps;
using Octet.TexasInstruments;

namespace Octet.Tests.Pipeline;

public sealed class RecipeFileTests
{
    public static TheoryData<string> Names => [.. Recipes.All.Select(recipe => recipe.Name)];

    static Recipe Parse(string text) => RecipeFile.Parse(text, "mine.yaml");

    static string[] Problems(string text) => Should.Throw<RecipeException>(() => Parse(text)).Message.Split('\n')[1..^1];

    [Theory, MemberData(nameof(Names))]
    public void What_is_printed_of_a_recipe_reads_as_the_same_recipe(string name)
    {
        var recipe = Recipes.Find(name)!;
        var text = RecipeFile.Write(recipe);

        var read = Parse(text);

        (read with { Overrides = [], Steps = [] }).ShouldBe(recipe with { Overrides = [], Steps = [] });
        read.Steps.ShouldBe(recipe.Steps);
        read.Overrides.ShouldBe(recipe.Overrides);
        RecipeFile.Write(read).ShouldBe(text);
    }

    [Fact]
    public void Every_key_is_printed_and_read()
    {
        var recipe = new Recipe
        {
            Name = "a: strange \"name\"",
            Description = "with\ttabs, # signs and ümlauts",
            Config = new()
            {
                Activations = new(12, Signed: true, Symmetric: true)
                { SignFromData = true, PowerOfTwo = true, Rule = ScaleRule.TexasInstruments },
                ActivationMethod = new PercentileMethod(99.9) { Symmetric = true },
                Weights = new(4, Signed: true, Symmetric: true, NarrowRange: true) { Rule = ScaleRule.PyTorch },
                WeightMethod = new MeanSquaredErrorMethod(),
            },
            FirstLayer = new()
            { Activations = QuantizationSpec.UInt8 with { ReducedRange = true }, ActivationMethod = new ConstantMethod(-1.5f, 0.1f) },
            LastLayer = QConfigChange.StayFloat,
            Overrides =
            [
                new("head.*", new() { Weights = QuantizationSpec.Int8PerChannel, WeightMethod = new MinMaxMethod() }),
                new("Softmax", QConfigChange.StayFloat),
                new("*", new() { Activations = QuantizationSpec.UInt8, ActivationMethod = new MovingAverageMethod(0.1f) }),
            ],
            FloatOutputs = true,
            SaturateOutputs = true,
            Steps = [new EqualizeChannels(), new EqualizeGates(), new ChooseRanges(), new SearchScales { MaxSamples = 7 },
                new CompensateErrors(), new RoundAdaptively(), new CorrectBiases()],
        };

        var read = Parse(RecipeFile.Write(recipe));

        (read with { Overrides = [], Steps = [] }).ShouldBe(recipe with { Overrides = [], Steps = [] });
        read.Steps.ShouldBe(recipe.Steps);
        read.Overrides.ShouldBe(recipe.Overrides);
    }

    public static TheoryData<string> TiSettings =>
        [.. typeof(QuantModuleOptions).GetProperties().Where(property => property.CanWrite).Select(property => property.Name)];

    [Theory, MemberData(nameof(TiSettings))]
    public void Every_setting_of_TIs_calibration_is_printed_and_read(string name)
    {
        var property = typeof(QuantModuleOptions).GetProperty(name)!;
        var settings = new QuantModuleOptions();
        property.SetValue(settings, property.GetValue(settings) switch
        {
            bool flag => !flag,
            int number => number + 1,
            float number => number / 2,
            double number => number / 2,
            BiasConstraint => BiasConstraint.WholeSteps,
            var other => throw new InvalidOperationException($"TiYaml and this test need a line for {other?.GetType()}"),
        });
        settings.ShouldNotBe(new QuantModuleOptions());
        var recipe = TiRecipe.Of(settings, "mine");

        Parse(RecipeFile.Write(recipe)).ShouldBe(recipe, Same, name);
    }

    [Fact]
    public void A_file_of_TIs_calibration_says_only_what_differs()
    {
        var recipe = Parse("based-on: ti-advanced\nsteps:\n  - calibrate-like-ti:\n      iterations: 5\n      bias-constraint: "
            + "whole-steps\nfloat-outputs: true");

        recipe.ShouldBe(
            TiRecipe.Of(new() { Iterations = 5, BiasConstraint = BiasConstraint.WholeSteps, QuantizeOutput = false }, "mine",
                "based on ti-advanced"), Same);
        Parse("steps: [ calibrate-like-ti: { weight-bits: 4 } ]").ShouldBe(TiRecipe.Of(new() { WeightBits = 4 }, "mine"), Same);
    }

    [Fact]
    public void What_TIs_calibration_would_not_look_at_is_refused_in_its_files() => Problems("""
        based-on: ti-advanced
        steps:
          - calibrate-like-ti:
              weight-bits: 2
              iterations: many
              bias-constraint: saturated
              frmes: 10
        last-layer: float
        activations: { method: kl }
        """).ShouldBe(
        [
            "  line 4: 'weight-bits' is '2'; it must be a whole number from 4 to 16",
            "  line 5: 'iterations' is 'many'; it must be a whole number from 1 to 1000000",
            "  line 6: 'bias-constraint' is 'saturated'; allowed: none, saturate, reduce-weight-scale, whole-steps; did you mean "
                + "'saturate'?",
            "  line 7: 'frmes' is no key here; did you mean 'frames'?",
            "  line 8: 'last-layer' has no place in a recipe with TI's calibration, whose integers follow from the settings of "
                + "'calibrate-like-ti'",
            "  line 9: 'activations' has no place in a recipe with TI's calibration, whose integers follow from the settings of "
                + "'calibrate-like-ti'",
        ]);

    [Fact]
    public void Steps_are_a_list_in_order_with_options_and_what_is_wrong_is_told_with_its_line()
    {
        Parse("steps:\n  - choose-ranges\n  - round-adaptively: { samples: 32 }\n  - correct-biases").Steps
            .ShouldBe([new ChooseRanges(), new RoundAdaptively { MaxSamples = 32 }, new CorrectBiases()]);

        Problems("""
            steps:
              - round-adaptivly
              - choose-ranges: { bins: 3 }
              - [ choose-ranges ]
              - correct-biases: often
            """).ShouldBe(
        [
            "  line 2: 'round-adaptivly' is no step; there are equalize-gates, equalize-channels, smooth-outliers, choose-ranges, "
                + "dynamic-ranges, round-weights, round-weight-blocks, search-scales, compensate-errors, round-adaptively, "
                + "correct-biases, "
                + "calibrate-like-ti, train, train-like-ti. Did you mean 'round-adaptively'?",
            "  line 3: 'bins' is no key here",
            "  line 4: a step is a name, or a name with options: '- round-adaptively: { samples: 32 }'",
            "  line 5: options of 'correct-biases' are keys with values: '- correct-biases: { key: value }'",
        ]);
        Problems("steps:\n  - correct-biases\n  - choose-ranges\n  - equalize-gates").ShouldBe(
        [
            "  line 2: 'correct-biases' works on integers; put it behind 'choose-ranges'",
            "  line 4: 'equalize-gates' changes the float model; put it before 'choose-ranges'",
        ]);
        Problems("name: old\ntuning:\n  correct-biases: true").Single().ShouldStartWith("  line 2:");
        Problems("tuning: { correct-biases: true }").Single().ShouldContain("'tuning' is a step now");
    }

    [Fact]
    public void A_file_says_only_what_differs_from_the_recipe_it_is_based_on()
    {
        var recipe = Parse("""
            based-on: pytorch-fbgemm
            activations:
              reduced-range: false
            overrides:
              - match: head
                activations: { type: int16, scheme: symmetric }
            """);

        recipe.Name.ShouldBe("mine");
        recipe.Config.ShouldBe(
            Recipes.PyTorchFbgemm.Config with { Activations = QuantizationSpec.UInt8 with { Rule = ScaleRule.PyTorch } });
        recipe.Overrides.Single().Change.Activations.ShouldBe(new QuantizationSpec(16, Signed: true, Symmetric: true)
        { Rule = ScaleRule.PyTorch });
        recipe.Overrides.Single().Change.ActivationMethod.ShouldBeNull();
    }

    [Fact]
    public void All_mistakes_are_listed_with_their_lines_and_what_was_meant()
    {
        Problems("""
            name: mine
            activation:
              type: uint8
            weights:
              type: int9x
              schema: symmetric
              method: { name: percentil, percent: 200 }
            first-layer: flot
            float-outputs: maybe
            overrides:
              - float: true
              - match: Conv
            """).ShouldBe(
        [
            "  line 2: 'activation' is no key here; did you mean 'activations'?",
            "  line 5: 'type' is 'int9x'; allowed: int2, uint2, int3, uint3, int4, uint4, int5, uint5, int6, uint6, int7, uint7, "
                + "int8, uint8, int9, uint9, int10, uint10, int11, uint11, int12, uint12, int13, uint13, int14, uint14, int15, uint15, "
                + "int16, uint16; did you mean 'int9'?",
            "  line 6: 'schema' is no key here; did you mean 'scheme'?",
            "  line 7: 'name' is 'percentil'; allowed: minmax, moving-average, percentile, kl, mse, histogram, entropy, "
                + "tensorrt-entropy, kld, octav, max, percentile9999, aciq-gauss, aciq-laplace, constant; did you mean 'percentile'?",
            "  line 7: 'percent' is no key here",
            "  line 8: 'first-layer' is 'flot'; allowed: float; did you mean 'float'?",
            "  line 9: 'float-outputs' is 'maybe'; allowed: true, false, unlike",
            "  line 11: an override needs 'match': an operator, a name, or a pattern of names with * and ?",
            "  line 12: an override needs what is different: 'float: true', 'activations' or 'weights'",
        ]);
    }

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("- a\n- b", "a recipe begins with keys")]
    [InlineData("name: a\n---\nname: b", "a file holds one recipe")]
    [InlineData("name: [a", "line")]
    [InlineData("name: a\nname: b", "Duplicate key")]
    [InlineData("name: &x a\ndescription: *x", "references (*) are not used in recipes")]
    [InlineData("activations: { per-channel: true }", "'per-channel' is no key here")]
    [InlineData("activations: 7", "'activations' must hold keys of its own")]
    [InlineData("overrides: 7", "'overrides' must be a list")]
    [InlineData("overrides: [7]", "an override has keys")]
    [InlineData("activations: { method: constant }", "'constant' needs its range")]
    [InlineData("activations: { method: { name: constant, low: 2, high: 1 } }", "a constant range needs 'low' and a greater 'high'")]
    [InlineData("activations: { type: uint8, scheme: symmetric-or-unsigned }", "needs a signed type")]
    [InlineData("weights: { type: int2, reduced-range: true }", "'reduced-range' needs at least 4 bits")]
    public void What_is_no_recipe_is_refused_with_a_reason(string text, string reason) =>
    Should.Throw<RecipeException>(() => Parse(text)).Message.ShouldContain(reason);

    [Fact]
    public void Deep_nesting_is_refused_before_it_can_do_harm() =>
        Should.Throw<RecipeException>(() => Parse("name: " + new string('[', 100_000))).Message.ShouldContain("nested too deeply");

    [Fact]
    public void What_is_neither_a_name_nor_a_file_is_refused_with_the_closest_name() =>
        Should.Throw<RecipeException>(() => RecipeFile.FindOrRead("pytorch-fbgem")).Message.ShouldContain(
            "Did you mean 'pytorch-fbgemm'?");

    [Theory, InlineData("unlike", false, true), InlineData("true", true, false), InlineData("false", false, false)]
    public void Which_outputs_stay_in_floats_is_said_by_a_word(string word, bool all, bool unlike)
    {
        var recipe = RecipeFile.Parse($"name: mine\nfloat-outputs: {word}", "mine.yaml");

        (recipe.FloatOutputs, recipe.FloatUnlikeOutputs).ShouldBe((all, unlike));
        RecipeFile.Write(recipe).ShouldContain($"float-outputs: {word}\n");
    }

    /// <summary>What was called default is fast now, and what is used where nothing is named is another recipe: a silent alias would be
    /// wrong for one of the two.</summary>
    [Fact]
    public void The_former_name_of_a_recipe_is_refused_with_the_new_one()
    {
        Should.Throw<RecipeException>(() => RecipeFile.FindOrRead("default")).Message.ShouldStartWith("The recipe 'default' is called "
            + "'fast' now");
        Should.Throw<RecipeException>(() => RecipeFile.Parse("name: mine\nbased-on: default", "mine.yaml")).Message.ShouldContain(
            "line 2: The recipe 'default' is called 'fast' now");
        RecipeFile.Parse("name: mine", "mine.yaml").Steps.ShouldBe(Recipes.Best.Steps);
    }

    [Fact]
    public void A_file_is_read_by_its_path()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("careful.yaml", "last-layer: float");

        RecipeFile.FindOrRead(path)
            .ShouldBe(Recipes.Best with
            {
                Name = "careful",
                Description = "",
                LastLayer = QConfigChange.StayFloat,
                Overrides = Recipes.Best.Overrides
            }, Same);
    }

    static readonly IEqualityComparer<Recipe> Same = EqualityComparer<Recipe>.Create((one, other) =>
        one! with { Overrides = [], Steps = [] } == other! with { Overrides = [], Steps = [] } && one.Steps.SequenceEqual(other.Steps));
}
