using System.CommandLine;
using Octet.Pipeline;
using Octet.Planning;
using Octet.TexasInstruments;

namespace Octet.Cli;

/// <summary>Settings of TI's calibration, by TIDL's names for them.</summary>
sealed class TiOptions() : OptionGroup("TI's calibration (recipes ti-*)")
{
    readonly Option<int> _frames =
        OptionKinds.Count("--frames", "How many samples to calibrate with (TIDL's calibration_frames); what --samples says, or else 50.");

    readonly Option<int> _iterations =
        OptionKinds.Count("--iterations",
            "How often biases are calibrated with all of them (calibration_iterations); 50 if left out. Fewer are faster.");

    readonly Option<Switch> _activationClipping =
        OnOff("--activation-clipping",
            "Leave a few outliers, 0.01 % of the values, out of the ranges between operators (activation_clipping).");

    readonly Option<Switch> _weightClipping =
        OnOff("--weight-clipping", "Limit weight tensors in which a few elements are huge (weight_clipping).");

    readonly Option<Switch> _biasCalibration =
        OnOff("--bias-calibration", "Move biases until the mean of each channel is that of the float model (bias_calibration).");

    public override IReadOnlyList<Option> Options => [_frames, _iterations, _activationClipping, _weightClipping, _biasCalibration];

    /// <summary>The recipe with its settings changed as the command line says.</summary>
    /// <param name="run">What was asked.</param>
    /// <param name="recipe">What is changed.</param>
    /// <param name="samples">How many samples were asked for; null for all.</param>
    /// <exception cref="UsageException">A setting was given, and the recipe calibrates otherwise.</exception>
    public Recipe Apply(CommandRun run, Recipe recipe, int? samples)
    {
        if (TiRecipe.SettingsOf(recipe) is not { } settings)
        {
            var others = Recipes.All.Where(other => TiRecipe.SettingsOf(other) is not null).Select(other => other.Name);
            return Options.FirstOrDefault(run.Has) is not { } given ? recipe : throw new UsageException(
                $"{given.Name} is a setting of TI's calibration, and recipe {recipe.Name} has none; {string.Join(", ", others)} have.");
        }
        return recipe.With(settings with
        {
            Frames = run.Has(_frames) ? run.Get(_frames) : samples ?? settings.Frames,
            Iterations = run.Has(_iterations) ? run.Get(_iterations) : settings.Iterations,
            ShrinkPercent = run.Get(_activationClipping) switch
            {
                null => settings.ShrinkPercent,
                { IsOn: false } => 0,
                _ => settings.ShrinkPercent > 0 ? settings.ShrinkPercent : new QuantModuleOptions().ShrinkPercent,
            },
            WeightClipping = run.Get(_weightClipping)?.IsOn ?? settings.WeightClipping,
            BiasCalibration = run.Get(_biasCalibration)?.IsOn ?? settings.BiasCalibration,
        });
    }

    static Option<Switch> OnOff(string name, string description) =>
        OptionKinds.Choice(name, $"{description} As the recipe says if left out.", ("on", new Switch(true)), ("off", new Switch(false)));

    /// <summary>On or off. (An option of type bool would take no word.)</summary>
    sealed record Switch(bool IsOn);
}
