using System.CommandLine;
using Octet.Calibration;
using Octet.Pipeline;
using Octet.Pipeline.RecipeFiles;
using Octet.Planning;
using Spectre.Console;

namespace Octet.Cli;

/// <summary><c>octet recipes [NAME]</c>: lists the ways to quantize that have a name, or prints one as the YAML that a user can
/// change.</summary>
sealed class RecipesCommand : OctetCommand
{
    readonly Argument<string?> _name = new("recipe")
    {
        Description = "A recipe to print, by its name or its file; all are listed if left out.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public RecipesCommand(Terminal terminal) : base(terminal, "recipes", "Lists recipes and methods, or prints a recipe as YAML.")
    {
        _name.CompletionSources.Add([.. Recipes.All.Select(recipe => recipe.Name)]);
        Add(_name);
    }

    public override string Explanation =>
        "A recipe says what will run the integer model, which integers it has, how ranges are chosen, and what is different for some "
        + "operators or layers. Those of Octet do what other tools do by default. To make your own, print one to a file, change it, and "
        + "give the file to 'octet quantize --recipe'.";

    public override IReadOnlyList<Example> Examples =>
    [
        new("what there is", "octet recipes"),
        new("begin one of your own", "octet recipes best > mine.yaml"),
        new("use it", "octet quantize model.onnx --data pictures --recipe mine.yaml -o model.int8.onnx"),
    ];

    protected override void Run(CommandRun run)
    {
        if (run.GetIfGiven(_name) is { } name)
        {
            var recipe = RecipeFile.FindOrRead(name);
            var text = RecipeFile.Write(recipe);
            run.Answer(new RecipeAnswer(recipe.Name, recipe.Description, text), CliJson.Default.RecipeAnswer,
                _ => run.Terminal.Output.Write(text));
            return;
        }
        var list = new RecipeList(
            [.. Recipes.All.Select(recipe => new NamedThing(recipe.Name, recipe.Description))],
            [.. CalibrationMethods.All.Select(method => new NamedThing(method.Name, method.Description))]);
        run.Answer(list, CliJson.Default.RecipeList, console => Show(console, list));
    }

    static void Show(IAnsiConsole console, RecipeList list)
    {
        foreach (var (title, things) in new[] { ("Recipes (--recipe)", list.Recipes),
            ("Methods to choose ranges (--method)", list.Methods) })
        {
            console.WriteLine(title);
            var facts = new FactSheet();
            foreach (var thing in things) facts.AddProse($"  {thing.Name}", thing.Description);
            facts.Show(console);
            console.WriteLine();
        }
    }
}

/// <summary>What <c>octet recipes</c> lists.</summary>
sealed record RecipeList(IReadOnlyList<NamedThing> Recipes, IReadOnlyList<NamedThing> Methods);

sealed record NamedThing(string Name, string Description);

/// <summary>A recipe as <c>octet recipes NAME --json</c> gives it.</summary>
sealed record RecipeAnswer(string Name, string Description, string Yaml);
