using Octet.Planning;
namespace Octet.Pipeline.RecipeFiles;

/// <summary>A recipe cannot be read; the message lists all that is wrong with it, line by line.</summary>
public sealed class RecipeException : OctetException
{
    RecipeException(string message) : base(message) { }

    internal static RecipeException Of(string path, IReadOnlyList<RecipeProblem> problems) => new(
        $"'{path}' is no usable recipe:"
        + $"{string.Concat(problems.OrderBy(problem => problem.Line).Select(problem => $"\n  line {problem.Line}: {problem.Text}"))}"
        + "\n'octet recipes best' prints an example.");

    internal static RecipeException CannotRead(string path, string reason)
    {
        if (Recipes.FormerName(path) is { } now) return new($"{now} 'octet recipes' lists all.");
        var closest = Spelling.FindClosest(path, Recipes.All.Select(recipe => recipe.Name));
        return new($"'{path}' is neither a recipe of Octet nor a file that can be read ({reason}). "
            + $"{(closest is null ? "" : $"Did you mean '{closest}'? ")}'octet recipes' lists those that come with Octet.");
    }
}

/// <summary>Something wrong in a recipe's file.</summary>
/// <param name="Line">Counted from 1.</param>
/// <param name="Text">What it is, and what to do.</param>
readonly record struct RecipeProblem(long Line, string Text);
