using System.Text.Json.Nodes;
using Octet.Cli;
using Octet.Pipeline;
using Octet.Pipeline.RecipeFiles;
using Octet.Planning;

namespace Octet.Tests.Cli;

public sealed class RecipesCommandTests
{
    [Fact]
    public void A_person_sees_all_recipes_and_methods() =>
    GoldenText.Check("tests/Octet.Tests/Golden/recipes.txt", CliRun.Of("recipes").Output);

    [Fact]
    public void A_recipe_is_printed_as_the_YAML_that_reads_it_back()
    {
        var run = CliRun.Of("recipes", "tpu-mlir");

        run.Error.ShouldBeEmpty();
        RecipeFile.Parse(run.Output, "tpu-mlir.yaml").Config.ShouldBe(Recipes.TpuMlir.Config);
        GoldenText.Check("tests/Octet.Tests/Golden/recipe-tpu-mlir.yaml", run.Output);
    }

    [Fact]
    public void A_machine_gets_names_and_YAML_as_JSON()
    {
        JsonNode.Parse(CliRun.Of("recipes", "--json").Output)!["recipes"]!.AsArray().Select(recipe => (string)recipe!["name"]!)
            .ShouldBe(Recipes.All.Select(recipe => recipe.Name));
        ((string)JsonNode.Parse(CliRun.Of("recipes", "fast", "--json").Output)!["yaml"]!).ShouldStartWith("name: fast");
    }

    [Fact]
    public void An_unknown_recipe_is_refused_with_the_closest_one()
    {
        var run = CliRun.Of("recipes", "tensort");

        run.ExitCode.ShouldBe(ExitCode.Failed);
        run.Error.ShouldContain("Did you mean 'tensorrt'?");
    }
}
