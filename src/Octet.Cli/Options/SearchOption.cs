using System.CommandLine;
using Octet.Pipeline;
using Octet.Reporting;

namespace Octet.Cli;

/// <summary><c>--search</c>: which method suits the model best.</summary>
static class SearchOption
{
    public static Option<SearchFigure> Create(string description) =>
        OptionKinds.Choice("--search", description, ("cosine", SearchFigure.Cosine), ("sqnr", SearchFigure.Sqnr));

    /// <summary>A line for each method that was tried.</summary>
    public static IEnumerable<string> Lines(IEnumerable<MethodFigures> search) =>
        search.Select(method => $"{Figures.Decibels(method.SqnrDb),8}  cosine {Figures.Cosine(method.Cosine),8}  {method.Method}");
}
