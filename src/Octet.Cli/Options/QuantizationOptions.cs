using System.CommandLine;
using System.CommandLine.Parsing;
using Octet.Calibration;
using Octet.Data;
using Octet.Numerics;
using Octet.Pipeline;
using Octet.Pipeline.RecipeFiles;
using Octet.Planning;
using Octet.TexasInstruments;

namespace Octet.Cli;

/// <summary>How a model becomes an integer one: a recipe, and what is different from it.</summary>
sealed class QuantizationOptions : OptionGroup
{
    static readonly (string Word, QuantizationSpec Spec)[] Integers =
    [
        ("uint8", QuantizationSpec.UInt8), ("int8", QuantizationSpec.Int8Symmetric),
        ("uint16", QuantizationSpec.UInt8 with { Bits = 16 }), ("int16", QuantizationSpec.Int8Symmetric with { Bits = 16 }),
    ];

    /// <summary>TI's calibration knows no fewer bits.</summary>
    const int MinTiBits = 4;

    /// <summary>Up to so many bits, values and weights need no more than TI's rule gives to biases.</summary>
    const int NarrowBits = 8;

    readonly Option<string> _recipe = new("--recipe") { HelpName = "name or file" };

    readonly Option<Target> _target = OptionKinds.Choice(
        "--target", "What will run the model, where it is another than the recipe's: tensorrt writes symmetric int8, with Q/DQ where "
        + "TensorRT's documents want them (docs/targets.md; not run here).",
        (Target.OnnxRuntime.Name, Target.OnnxRuntime), (Target.TensorRt.Name, Target.TensorRt));

    readonly Option<CalibrationMethod> _method = OptionKinds.Choice(
        "--method", "How ranges of values between operators are chosen; 'octet recipes' explains them.",
        [.. CalibrationMethods.All.Select(method => (method.Name, method))]);

    readonly Option<bool> _perTensor = OptionKinds.Flag("--per-tensor",
        "One scale for a whole weight instead of one for each output channel: for devices that know no other; costs accuracy.");

    readonly Option<QuantizationSpec> _activations = OptionKinds.Choice(
        "--activations", "Integers between operators: unsigned ones have a zero point, signed ones the same range on both sides of zero.",
        Integers);

    readonly Option<int> _weightBits = OptionKinds.Count("--weight-bits", "Weights have so many bits.", min: 2, max: 16);

    readonly Option<int> _activationBits =
        OptionKinds.Count("--activation-bits", "Integers between operators have so many bits.", min: 2, max: 16);

    readonly Option<string[]> _exclude = new("--exclude")
    {
        HelpName = "name",
        Description = "What stays in floats: an operator (Softmax), a node or value by its name, or a pattern of names (head.*). Can be "
            + "given several times.",
    };

    readonly Option<QConfigChange> _firstLayer = LayerOption("--first-layer", "first");
    readonly Option<QConfigChange> _lastLayer = LayerOption("--last-layer", "last");
    readonly Option<bool> _floatOutputs = OptionKinds.Flag("--float-outputs",
        "The model's outputs are not rounded to integers, nor is what is only moved on the way from the last layers to them.");

    /// <param name="fallback">Which recipe is followed where none is named, in words.</param>
    public QuantizationOptions(string fallback) : base("Quantization")
    {
        _recipe.Description = $"How everything is done, by the name of a recipe or a YAML file; 'octet recipes' lists and prints "
            + $"them; {fallback} if left out. The options below change it.";
        _recipe.CompletionSources.Add([.. Recipes.All.Select(recipe => recipe.Name)]);
        // There are too many to list them all in the help.
        _method.HelpName = "name";
    }

    public override IReadOnlyList<Option> Options =>
        [_recipe, _target, _method, _perTensor, _activations, _weightBits, _activationBits, _exclude, _firstLayer, _lastLayer,
        _floatOutputs];

    /// <summary>Whether a method is asked for by name.</summary>
    public bool HasMethod(CommandResult request) => request.Has(_method);

    /// <summary>Whether a recipe is asked for.</summary>
    public bool NamesRecipe(CommandResult request) => request.Has(_recipe);

    /// <summary>The file of the recipe, where it is one.</summary>
    public IReadOnlyList<string> FilesRead(CommandRun run) => run.Get(_recipe) is { } name && File.Exists(name) ? [name] : [];

    /// <summary>What the recipe says, as the other options change it.</summary>
    /// <param name="run">What was asked.</param>
    /// <param name="fallback">The recipe where none is named.</param>
    /// <exception cref="RecipeException">There is no such recipe, or its file is wrong.</exception>
    /// <exception cref="UsageException">An option changes what the recipe does not have.</exception>
    public Recipe Read(CommandRun run, Recipe fallback)
    {
        var recipe = run.Get(_recipe) is { } name ? RecipeFile.FindOrRead(name) : fallback;
        return TiRecipe.SettingsOf(recipe) is { } settings ? ReadTi(run, recipe, settings) : ReadOther(run, recipe);
    }

    Recipe ReadOther(CommandRun run, Recipe recipe)
    {
        if (run.Get(_target) is { } target) recipe = recipe.For(target);
        var config = recipe.Config;
        var (activations, weights) =
            (run.Get(_activations) ?? config.Activations, run.Get(_perTensor)
                ? config.Weights with { PerChannel = false } : config.Weights);
        return recipe.Excluding(run.Get(_exclude) ?? []) with
        {
            Config = config with
            {
                ActivationMethod = run.Get(_method) ?? config.ActivationMethod,
                Activations = run.Has(_activationBits) ? activations with { Bits = run.Get(_activationBits) } : activations,
                Weights = run.Has(_weightBits) ? weights with { Bits = run.Get(_weightBits) } : weights,
            },
            FirstLayer = run.Get(_firstLayer) ?? recipe.FirstLayer,
            LastLayer = run.Get(_lastLayer) ?? recipe.LastLayer,
            FloatOutputs = run.Get(_floatOutputs) || recipe.FloatOutputs,
        };
    }

    /// <summary>TI's calibration makes integers of all layers by one rule: it takes bits, and knows neither methods nor
    /// exceptions.</summary>
    Recipe ReadTi(CommandRun run, Recipe recipe, QuantModuleOptions settings)
    {
        var problems = new List<string>();
        if (new Option[] { _target, _method, _exclude, _firstLayer, _lastLayer }.Where(run.Has).Select(option => option.Name)
            .ToArray() is { Length: > 0 } ignored)
        {
            problems.Add($"{string.Join(", ", ignored)} {(ignored.Length > 1 ? "have" : "has")} no effect on recipe {recipe.Name}: TI's "
                + "calibration follows ranges in its own way, and makes integers of all layers alike. Leave it out, or take a recipe of "
                + "another kind.");
        }
        if (run.Get(_activations) is { Signed: false })
            problems.Add($"--activations: recipe {recipe.Name} has no zero points; take int8 or int16. Values that are never negative "
                + "become unsigned by themselves.");
        problems.AddRange(new[] { _weightBits, _activationBits }.Where(option => run.Has(option) && run.Get(option) < MinTiBits)
            .Select(option => $"{option.Name}: recipe {recipe.Name} takes {MinTiBits} to 16 bits."));
        if (problems.Count > 0) throw new UsageException(string.Join(Environment.NewLine, problems));
        var changed = settings with
        {
            WeightBits = run.Has(_weightBits) ? run.Get(_weightBits) : settings.WeightBits,
            ActivationBits = run.Has(_activationBits) ? run.Get(_activationBits) : run.Get(_activations)?.Bits ?? settings.ActivationBits,
            PerChannelDepthwise = settings.PerChannelDepthwise && !run.Get(_perTensor),
            QuantizeOutput = settings.QuantizeOutput && !run.Get(_floatOutputs),
        };
        if (LeavesBiasesNoRoom(changed) && !LeavesBiasesNoRoom(settings))
            throw new UsageException($"{changed.ActivationBits}-bit values beside {changed.WeightBits}-bit weights: by TI's rule a bias "
                + "has no more bits than the weights, or twice as many, which such values need for themselves; a DeepLabV3 fell from 41.9 "
                + "to 3.8 mIoU. Give "
                + $"--weight-bits {changed.ActivationBits} too, or in a recipe file 'bias-constraint: whole-steps' where the device's "
                + "sums have 32 bits.");
        return recipe.With(changed);
    }

    /// <summary>Whether values are wide, weights are not, and biases have to fit the bits of the weights.</summary>
    static bool LeavesBiasesNoRoom(QuantModuleOptions settings) =>
        settings is { ActivationBits: > NarrowBits, WeightBits: <= NarrowBits, BiasConstraint: not BiasConstraint.WholeSteps };

    static Option<QConfigChange> LayerOption(string name, string which) => OptionKinds.Choice(
        name,
        $"The {which} layer with weights is different: it stays in floats, or the values it reads and makes are these integers.",
        [("float", QConfigChange.StayFloat), .. Integers.Select(entry => (entry.Word, new QConfigChange { Activations = entry.Spec }))]);
}
