using Octet.Graphs;
using Octet.Planning;
using Octet.Tensors;

namespace Octet.Checking;

/// <summary>Operators that the target computes in floats, or not at all.</summary>
sealed class FloatOperators : Guideline
{
    public override string Name => "float-operators";

    public override string Title => "operators that the target does not compute in integers";

    public override string Advice(Recipe recipe) =>
        "At each border values become floats and integers again, which costs time. At the end of a network it hardly matters: cut it there "
        + "and compute the rest outside. Within it, use an operator that the target has.";

    public override IReadOnlyList<Remedy> Remedies(Recipe recipe) => [new(RemedyKind.CutModel)];

    public override IEnumerable<Finding> Find(CheckedModel model) =>
        from nodes in model.Graph.Nodes.Where(node => GivesFloats(node) && model.Recipe.Target.RuleOf(node.OpType) is null)
        .GroupBy(node => node.OpType)
        let inner = nodes.Count(node => node.IsFollowedByLayer())
        select new Finding(
            inner > 0 ? Severity.Warning : Severity.Note, nodes.Key, nodes.First().Label,
            (nodes.Count() == 1 ? "computed in floats" : $"this and {nodes.Count() - 1} more are computed in floats")
            + (inner == 0 ? ", behind the last layer" : ""), nodes.Count());

    static bool GivesFloats(Node node) => node.Outputs.OfType<Value>().Any(value => value.Type == DataType.Float32);
}
