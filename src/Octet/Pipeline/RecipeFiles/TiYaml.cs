using Octet.TexasInstruments;

namespace Octet.Pipeline.RecipeFiles;

/// <summary>The settings of TI's calibration in a recipe's file, of the step <c>calibrate-like-ti</c>.</summary>
static class TiYaml
{
    /// <summary>A key, how it is read, and what is written behind it.</summary>
    sealed record Setting(string Key, Func<YamlMap, string, QuantModuleOptions, QuantModuleOptions> Read,
        Func<QuantModuleOptions, string> Text);

    /// <summary>All of <see cref="QuantModuleOptions"/> but <see cref="QuantModuleOptions.QuantizeOutput"/>, which is <c>float-outputs</c>
    /// of the recipe.</summary>
    static readonly Setting[] Settings =
    [
        Count("weight-bits", 4, 16, options => options.WeightBits, (options, bits) => options with { WeightBits = bits }),
        Count("activation-bits", 4, 16, options => options.ActivationBits, (options, bits) => options with { ActivationBits = bits }),
        Flag("power-of-two-weights", options => options.PowerOfTwoWeights, (options, flag) => options with { PowerOfTwoWeights = flag }),
        Flag("power-of-two-activations", options => options.PowerOfTwoActivations,
            (options, flag) => options with { PowerOfTwoActivations = flag }),
        Number("shrink-percent", 0, 50, options => options.ShrinkPercent, (options, percent) => options with { ShrinkPercent = percent }),
        Flag("weight-clipping", options => options.WeightClipping, (options, flag) => options with { WeightClipping = flag }),
        Flag("bias-calibration", options => options.BiasCalibration, (options, flag) => options with { BiasCalibration = flag }),
        Number("bias-rate", 0, 1, options => (double)(decimal)options.BiasRate, (options, rate) => options with { BiasRate = (float)rate }),
        Choice(
            "bias-constraint", options => options.BiasConstraint, (options, constraint) => options with { BiasConstraint = constraint },
            ("none", BiasConstraint.None), ("saturate", BiasConstraint.Saturate), ("reduce-weight-scale", BiasConstraint.ReduceWeightScale),
            ("whole-steps", BiasConstraint.WholeSteps)),
        Flag("per-channel-depthwise", options => options.PerChannelDepthwise,
            (options, flag) => options with { PerChannelDepthwise = flag }),
        Flag("keep-bounds", options => options.KeepBounds, (options, flag) => options with { KeepBounds = flag }),
        Flag("cover-all", options => options.CoverAll, (options, flag) => options with { CoverAll = flag }),
        Count("frames", 1, 1_000_000, options => options.Frames, (options, frames) => options with { Frames = frames }),
        Count("iterations", 1, 1_000_000, options => options.Iterations, (options, iterations) => options with { Iterations = iterations }),
    ];

    /// <param name="map">The options of the step <c>calibrate-like-ti</c>.</param>
    /// <param name="fallback">What the keys change.</param>
    public static QuantModuleOptions Read(YamlMap map, QuantModuleOptions fallback)
    {
        return Settings.Aggregate(fallback, (options, setting) => setting.Read(map, setting.Key, options));
    }

    /// <summary>A line for each setting, changed or not: a printed recipe shows all that can be changed.</summary>
    public static IEnumerable<string> Lines(QuantModuleOptions options) =>
        Settings.Select(setting => $"{setting.Key}: {setting.Text(options)}");

    static Setting Flag(string key, Func<QuantModuleOptions, bool> get, Func<QuantModuleOptions, bool, QuantModuleOptions> set) =>
        new(key, (map, name, options) => set(options, map.Flag(name, get(options))), options => SpecYaml.Word(get(options)));

    static Setting Count(string key, int min, int max, Func<QuantModuleOptions, int> get,
        Func<QuantModuleOptions, int, QuantModuleOptions> set) =>
        new(key, (map, name, options) => map.Count(name, min, max) is { } number ? set(options, number) : options,
            options => Yaml.Text(get(options)));

    static Setting Number(string key, double min, double max, Func<QuantModuleOptions, double> get,
        Func<QuantModuleOptions, double, QuantModuleOptions> set) =>
        new(key, (map, name, options) => map.Number(name, min, max) is { } number ? set(options, number) : options,
            options => Yaml.Text(get(options)));

    static Setting Choice<T>(string key, Func<QuantModuleOptions, T> get, Func<QuantModuleOptions, T, QuantModuleOptions> set,
        params (string Word, T Value)[] choices) where T : struct, Enum =>
        new(key, (map, name, options) => set(options, map.Choice(name, get(options), choices)),
            options => Yaml.Word(choices, get(options)));
}
