using System.CommandLine;
using Octet.Cli;
using Octet.Pipeline;
using Octet.Planning;
using Octet.TexasInstruments;

namespace Octet.Tests.Cli;

/// <summary>How the command line changes recipes that calibrate as TI's modules do.</summary>
public sealed class TiOptionsTests
{
    static QuantModuleOptions Settings(string recipe, params string[] arguments)
    {
        var asked = Ask(["--recipe", recipe, .. arguments]);
        TiRecipe.WithoutEffect(asked).ShouldBeEmpty();
        return TiRecipe.SettingsOf(asked)!;
    }

    static Recipe Ask(params string[] arguments)
    {
        var (quantization, ti, data) = (new QuantizationOptions("best"), new TiOptions(), new DataOptions(""));
        var command = new Command("quantize");
        foreach (var option in quantization.Options.Concat(ti.Options).Concat(data.Options)) command.Add(option);
        var run = new CommandRun(command.Parse(["--data", "d", .. arguments]), new(TextWriter.Null, TextWriter.Null),
            Octet.Cluster.RankGroup.Alone,
            CancellationToken.None);
        return ti.Apply(run, quantization.Read(run, Recipes.Best), data.Count(run));
    }

    /// <summary>Such integers took DeepLabV3 from 41.9 to 3.8 mIoU: biases have no room.</summary>
    [Theory, InlineData("ti-advanced", "int16"), InlineData("ti-advanced-dw", "int16")]
    public void Wide_values_beside_narrow_weights_are_refused_with_what_to_give(string recipe, string integers) =>
        Should.Throw<UsageException>(() => Ask("--recipe", recipe, "--activations", integers)).Message.ShouldContain(
            "Give --weight-bits 16 too");

    [Fact]
    public void Settings_by_TIDLs_names_change_the_recipe()
    {
        Settings("ti-advanced").ShouldBe(new());
        Settings("ti-advanced", "--frames", "20", "--iterations", "5").ShouldBe(new() { Frames = 20, Iterations = 5 });
        Settings("ti-advanced", "--activation-clipping", "off", "--weight-clipping", "off", "--bias-calibration", "off")
            .ShouldBe(TiRecipe.SettingsOf(Recipes.Find("ti-simple")!));
        Settings("ti-simple", "--activation-clipping", "on", "--weight-clipping", "on", "--bias-calibration", "on").ShouldBe(new());
    }

    [Fact]
    public void Bits_outputs_and_one_scale_for_each_weight_change_it_too()
    {
        Settings("ti-advanced", "--activations", "int16", "--weight-bits", "16").ShouldBe(new() { WeightBits = 16, ActivationBits = 16 });
        Settings("ti-advanced", "--weight-bits", "4", "--activation-bits", "8").ShouldBe(new() { WeightBits = 4, ActivationBits = 8 });
        Settings("ti-advanced", "--float-outputs").ShouldBe(new() { QuantizeOutput = false });
        Settings("ti-advanced-dw", "--per-tensor").PerChannelDepthwise.ShouldBeFalse();
    }

    [Fact]
    public void The_number_of_samples_is_the_number_of_frames_unless_both_are_given()
    {
        Settings("ti-advanced", "--samples", "100").Frames.ShouldBe(100);
        Settings("ti-advanced", "--samples", "100", "--frames", "30").Frames.ShouldBe(30);
    }

    [Fact]
    public void Bits_of_other_recipes_change_as_well()
    {
        var recipe = Ask("--weight-bits", "4", "--activations", "int8", "--activation-bits", "6");

        recipe.Config.Weights.ToString().ShouldBe("int4 symmetric per channel");
        recipe.Config.Activations.ToString().ShouldBe("int6 symmetric");
    }

    [Theory]
    [InlineData("--iterations is a setting of TI's calibration, and recipe best has none; ti-simple, ", "--iterations", "5")]
    [InlineData("--method has no effect on recipe ti-advanced", "--recipe", "ti-advanced", "--method", "kl")]
    [InlineData("--exclude has no effect on recipe ti-advanced", "--recipe", "ti-advanced", "--exclude", "Conv")]
    [InlineData("--first-layer has no effect on recipe ti-advanced-dw", "--recipe", "ti-advanced-dw", "--first-layer", "float")]
    [InlineData("--activations: recipe ti-simple has no zero points", "--recipe", "ti-simple", "--activations", "uint8")]
    [InlineData("--weight-bits: recipe ti-simple takes 4 to 16 bits", "--recipe", "ti-simple", "--weight-bits", "3")]
    [InlineData("--method, --exclude have no effect on recipe ti-advanced", "--recipe", "ti-advanced", "--method", "kl", "--exclude",
        "Conv")]
    [InlineData("--bias-calibration: 'yes' is not one of on, off", "--recipe", "ti-simple", "--bias-calibration", "yes")]
    [InlineData("--tidl needs a recipe for TI", "--tidl", "out")]
    public void What_would_be_ignored_is_wrong_usage(string message, params string[] arguments)
    {
        var run = CliRun.Of(["quantize", "m.onnx", "--data", "d", "-o", "x.onnx", .. arguments]);

        run.ExitCode.ShouldBe(ExitCode.WrongUsage);
        run.Error.ShouldStartWith(message);
    }

    [Fact]
    public void All_that_a_recipe_cannot_take_is_told_at_once()
    {
        var run = CliRun.Of(
            ["quantize", "m.onnx", "--data", "d", "-o", "x.onnx", "--recipe", "ti-simple", "--exclude", "Conv", "--activations", "uint8",
                "--weight-bits", "2", "--activation-bits", "3"]);

        run.ExitCode.ShouldBe(ExitCode.WrongUsage);
        run.Error.ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[0])
            .ShouldBe(["--exclude", "--activations:", "--weight-bits:", "--activation-bits:", "'octet"]);
    }

    [Fact]
    public void A_recipe_in_CSharp_cannot_be_ignored_in_part_either()
    {
        var recipe = Recipes.Find("ti-advanced")! with { LastLayer = QConfigChange.StayFloat, Config = new() };

        Should.Throw<PlanException>(
            () => Quantizer.Quantize(new() { Graph = new() }, MadeSamples.Of("x", [1], []),
                new() { Recipe = recipe })).Message.ShouldContain("Config, LastLayer");
    }
}
