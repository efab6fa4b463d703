using System.IO.Enumeration;
using Octet.Graphs;

namespace Octet.Planning;

/// <summary>A change for the nodes that a word names.</summary>
/// <param name="Match">
/// The type of an operator (<c>Conv</c>), the name of a node or of a value that it makes (<c>features.0.conv</c>), that of an input or
/// constant of the model, which stands for the nodes that read it, or a pattern of such names, where <c>*</c> stands for any characters and
/// <c>?</c> for one (<c>head.*</c>).
/// </param>
/// <param name="Change">What is different there.</param>
public sealed record QConfigOverride(string Match, QConfigChange Change)
{
    /// <summary>Whether the change is for this node.</summary>
    public bool Matches(Node node) =>
        node.OpType == Match || MatchesName(node.Name) || node.Outputs.OfType<Value>().Any(value => MatchesName(value.Name))
        || node.Inputs.OfType<Value>().Any(value => value.Producer is null && MatchesName(value.Name));

    bool MatchesName(string name) =>
        name == Match || (Match.AsSpan().ContainsAny('*', '?') && FileSystemName.MatchesSimpleExpression(Match, name, ignoreCase: false));
}
