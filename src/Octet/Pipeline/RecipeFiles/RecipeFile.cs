using Octet.Data;
using Octet.Planning;
using Octet.TexasInstruments;
using Octet.Training;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Octet.Pipeline.RecipeFiles;

/// <summary>Recipes as YAML, the form that users write and that <c>octet recipes NAME</c> prints. docs/recipes.md explains the
/// keys.</summary>
public static class RecipeFile
{
    /// <summary>The recipe of that name, or the one that a file of that name holds.</summary>
    /// <exception cref="RecipeException">There is neither, or the file is no recipe; the message lists all that is wrong.</exception>
    public static Recipe FindOrRead(string nameOrPath)
    {
        ArgumentNullException.ThrowIfNull(nameOrPath);
        return Recipes.Find(nameOrPath) ?? Read(nameOrPath);
    }

    /// <summary>Reads a recipe from a file.</summary>
    /// <exception cref="RecipeException">The file cannot be read or is no recipe; the message lists all that is wrong.</exception>
    public static Recipe Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            var file = new FileInfo(path);
            if (file.Exists && file.Length > Yaml.MaxCharacters)
                throw RecipeException.CannotRead(path, $"it has {file.Length} bytes; a recipe has at most {Yaml.MaxCharacters}");
            return Parse(TextFile.ReadAll(path, Yaml.MaxCharacters), path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw RecipeException.CannotRead(path, problem.Message.TrimEnd('.'));
        }
    }

    /// <summary>Reads a recipe from text.</summary>
    /// <param name="text">YAML.</param>
    /// <param name="source">Where it came from, for messages.</param>
    /// <exception cref="RecipeException">It is no recipe; the message lists all that is wrong.</exception>
    public static Recipe Parse(string text, string source)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(source);
        var problems = new List<RecipeProblem>();
        Recipe? recipe = null;
        try
        {
            recipe = Recipe(new(Yaml.Parse(text), problems), Path.GetFileNameWithoutExtension(source));
        }
        catch (YamlException problem)
        {
            problems.Add(new(Math.Max(1, problem.Start.Line), problem.Message));
        }
        return problems.Count == 0 ? recipe! : throw RecipeException.Of(source, problems);
    }

    /// <summary>Keys of older files, and what took their place.</summary>
    static readonly (string Key, string Step)[] FormerKeys =
    [
        ("tuning", "search-scales, compensate-errors, round-adaptively or correct-biases"), ("ti", "calibrate-like-ti with these settings"),
            ("equalize-gates", "equalize-gates"),
    ];

    /// <summary>The recipe as YAML, from which <see cref="Parse"/> makes the same again.</summary>
    public static string Write(Recipe recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        return RecipeText.Of(recipe);
    }

    static Recipe Recipe(YamlMap map, string fileName)
    {
        var basis = Basis(map);
        foreach (var (key, step) in FormerKeys)
        {
            map.RefuseIfThere(key, $"'{key}' is a step now: list {step} under 'steps'");
        }
        var steps = StepTable.Read(map, basis.Steps);
        if (steps.OfType<CalibrateLikeTi>().FirstOrDefault() is { Settings: var settings })
            return TiRecipe(map, basis, steps, settings, fileName);
        // Integers that follow from the settings of a step go with it.
        if (basis.FindStep<CalibrateLikeTi>() is not null) basis = basis with { FloatOutputs = false };
        var config = Change(map, basis.Config, hasFloat: false).ApplyTo(basis.Config, basis.Config)!;
        var outputs = FloatOutputsYaml.Read(map, basis);
        var recipe = basis with
        {
            Name = map.Text("name") ?? fileName,
            Description = Description(map, basis),
            Target = TargetOf(map, basis.Target),
            Config = config,
            FirstLayer = LayerChange(map, "first-layer", config) ?? basis.FirstLayer,
            LastLayer = LayerChange(map, "last-layer", config) ?? basis.LastLayer,
            FloatOutputs = outputs == FloatOutputsYaml.All,
            FloatUnlikeOutputs = outputs == FloatOutputsYaml.Unlike,
            SaturateOutputs = map.Flag("saturate-outputs", basis.SaturateOutputs),
            Steps = steps,
            Overrides = [.. basis.Overrides, .. Overrides(map, config)],
        };
        map.RefuseOthers();
        return recipe;
    }

    /// <summary>A recipe that calibrates as TI's modules do: its integers follow from the settings, and no layer is different.</summary>
    static Recipe TiRecipe(YamlMap map, Recipe basis, IReadOnlyList<QuantizationStep> steps, QuantModuleOptions settings, string fileName)
    {
        foreach (var key in new[] { "activations", "weights", "first-layer", "last-layer", "saturate-outputs", "overrides" })
        {
            map.RefuseIfThere(key,
                $"'{key}' has no place in a recipe with TI's calibration, whose integers follow from the settings of 'calibrate-like-ti'");
        }
        if (steps.Any(step => step is not CalibrateLikeTi and not TrainingStep))
        {
            map.Refuse(map.Node("steps")!,
                "beside 'calibrate-like-ti' a recipe has no other step than 'train' or 'train-like-ti': it changes ranges, weights and "
                + "biases together");
        }
        var floatOutputs = map.Flag("float-outputs", basis.FloatOutputs);
        var recipe = TexasInstruments.TiRecipe.Of(settings with { QuantizeOutput = !floatOutputs }, map.Text("name") ?? fileName,
            Description(map, basis)) with
        {
            Target = TargetOf(map, basis.FindStep<CalibrateLikeTi>() is null ? Target.Tidl : basis.Target),
            Steps = [new CalibrateLikeTi(settings with { QuantizeOutput = !floatOutputs }),
                .. steps.Where(step => step is not CalibrateLikeTi)],
        };
        map.RefuseOthers();
        return recipe;
    }

    static Recipe Basis(YamlMap map)
    {
        if (map.Node("based-on") is YamlScalarNode { Value: { } name } node && Recipes.FormerName(name) is { } now)
        {
            map.Refuse(node, now.TrimEnd('.'));
            return Recipes.Default;
        }
        return map.Choice("based-on", Recipes.Default, [.. Recipes.All.Select(recipe => (recipe.Name, recipe))]);
    }

    static string Description(YamlMap map, Recipe basis) =>
        map.Text("description") ?? (map.Has("based-on") ? $"based on {basis.Name}" : "");

    static Target TargetOf(YamlMap map, Target fallback) =>
        map.Choice("target", fallback, [.. Target.All.Select(target => (target.Name, target))]);

    /// <summary>What the keys <c>activations</c>, <c>weights</c> and, where it may be, <c>float</c> change.</summary>
    static QConfigChange Change(YamlMap map, QConfig config, bool hasFloat)
    {
        if (hasFloat && map.Flag("float", false)) return QConfigChange.StayFloat;
        var change = new QConfigChange();
        if (map.Map("activations") is { } activations)
        {
            change = change with
            {
                Activations = SpecYaml.Read(activations, config.Activations, isWeight: false),
                ActivationMethod = activations.Has("method") ? MethodYaml.Read(activations, "method", config.ActivationMethod) : null,
            };
            activations.RefuseOthers();
        }
        if (map.Map("weights") is { } weights)
        {
            change = change with
            {
                Weights = SpecYaml.Read(weights, config.Weights, isWeight: true),
                WeightMethod = weights.Has("method") ? MethodYaml.Read(weights, "method", config.WeightMethod) : null,
            };
            weights.RefuseOthers();
        }
        return change;
    }

    /// <summary>The word <c>float</c>, or a mapping of what is different.</summary>
    static QConfigChange? LayerChange(YamlMap map, string key, QConfig config)
    {
        if (map.Node(key) is YamlScalarNode) return map.Choice<QConfigChange?>(key, null, ("float", QConfigChange.StayFloat));
        if (map.Map(key) is not { } own) return null;
        var change = Change(own, config, hasFloat: true);
        own.RefuseOthers();
        return change;
    }

    static IEnumerable<QConfigOverride> Overrides(YamlMap map, QConfig config)
    {
        if (map.Node("overrides") is not { } node) return [];
        if (node is not YamlSequenceNode list)
        {
            map.Refuse(node, "'overrides' must be a list, whose lines begin with '- match: '");
            return [];
        }
        return [.. list.Children.Select(item => Override(map, item, config)).OfType<QConfigOverride>()];
    }

    static QConfigOverride? Override(YamlMap parent, YamlNode item, QConfig config)
    {
        if (item is not YamlMappingNode mapping)
        {
            parent.Refuse(item, "an override has keys: 'match', and what is different");
            return null;
        }
        var map = new YamlMap(mapping, parent.Problems);
        var match = map.Text("match");
        if (!map.Has("match")) parent.Refuse(item, "an override needs 'match': an operator, a name, or a pattern of names with * and ?");
        var change = Change(map, config, hasFloat: true);
        if (change == new QConfigChange())
            parent.Refuse(item, "an override needs what is different: 'float: true', 'activations' or 'weights'");
        map.RefuseOthers();
        return match is null ? null : new(match, change);
    }
}
