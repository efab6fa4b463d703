using Octet.Planning;

namespace Octet.Pipeline.RecipeFiles;

/// <summary>The words of the key <c>float-outputs</c>: which outputs of a model stay in floats.</summary>
static class FloatOutputsYaml
{
    public const string All = "true", None = "false", Unlike = "unlike";

    /// <summary>The word for a recipe.</summary>
    public static string Of(Recipe recipe) => recipe.FloatOutputs ? All : recipe.FloatUnlikeOutputs ? Unlike : None;

    /// <summary>The word of a file; that of the recipe it is based on where the key is absent.</summary>
    public static string Read(YamlMap map, Recipe basis) =>
        map.Choice("float-outputs", Of(basis), (All, All), (None, None), (Unlike, Unlike));
}
