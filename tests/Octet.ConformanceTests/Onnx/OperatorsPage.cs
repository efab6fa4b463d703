using System.Globalization;
using System.Text;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.ConformanceTests;

/// <summary>Writes <c>docs/operators.md</c>: what the operator table holds, and how the operator suite went.</summary>
static class OperatorsPage
{
    const string OnnxDomain = "ai.onnx";

    public static string Write(IReadOnlyList<OnnxOutcome> outcomes, LeftOut reasons)
    {
        var failed = outcomes.Where(outcome => !outcome.Passed).ToArray();
        var text = new StringBuilder($"""
            # Operators

            This page is generated; CONTRIBUTING.md says how to add an operator.

            {Number(outcomes.Count - failed.Length)} of the {Number(outcomes.Count)} tests in the ONNX operator suite pass. `tests/Octet.ConformanceTests/conformance.txt` lists them.

            - **since opset**: the versions of the operator set in which the operator changed and from which on Octet runs it; a model of any later opset is served by the newest of them.
            - **tests**: how many tests of the suite use the operator, alone or among others, and how many of them pass.
            - **element types**: those of the tensors in the passing tests of the operator alone; then, after a semicolon, those with which every such test that has float32 inputs passes too when they are converted: float16 and bfloat16 to one step of the type from the float32 result on the same rounded inputs, float64 to float32's precision.


            """);

        var swept = ElementTypeSweep.Run(outcomes);
        foreach (var rows in OperatorTable.Rows.GroupBy(row => row.Domain.Length == 0 ? OnnxDomain : row.Domain)
            .OrderBy(rows => rows.Key == OnnxDomain ? "" : rows.Key, StringComparer.Ordinal))
        {
            text.Append($"## {rows.Key}\n\n| operator | since opset | tests | element types |\n|---|---|---|---|\n");
            // The suite tests ONNX's own domains; others have operators of the same names.
            var tests = rows.Key.StartsWith(OnnxDomain, StringComparison.Ordinal) ? outcomes : [];
            foreach (var versions in rows.GroupBy(row => row.OpType).OrderBy(versions => versions.Key, StringComparer.Ordinal))
                text.Append(Row(versions, tests, swept));
            text.Append('\n');
        }

        text.Append($"## Operators that are left out\n\nA model that uses one is read, inspected and written, but does not "
            + $"run.\n\n{ByReason(reasons.Operators)}\n");
        text.Append($"## Tests that do not pass\n\n{(failed.Length == 0 ? "None.\n" : ByReason(reasons.Tests))}");
        return text.ToString();
    }

    static string ByReason(IEnumerable<(string Name, string Reason)> left) => string.Concat(
        from entry in left
        group entry.Name by entry.Reason into reason
        select $"- {reason.Key}: {string.Join(", ", reason.Select(name => $"`{name}`"))}\n");

    static string Row(IGrouping<string, OperatorRow> versions, IReadOnlyList<OnnxOutcome> outcomes,
        IReadOnlyDictionary<string, DataType[]> swept)
    {
        var uses = outcomes.Where(outcome => outcome.Case.Operators.Contains(versions.Key)).ToArray();
        var tests = uses.Length == 0 ? "none" : $"{uses.Count(outcome => outcome.Passed)} of {uses.Length}";
        var types = uses.Where(outcome => outcome.Passed && outcome.Case.Operators.Distinct().Count() == 1)
            .SelectMany(outcome => outcome.Case.ElementTypes).Distinct().Order(StringComparer.Ordinal).ToArray();
        var others = uses.Length == 0 ? [] : swept.GetValueOrDefault(versions.Key, []).Select(SuiteName).Except(types).ToArray();
        var all = string.Join(", ", types) + (others.Length == 0 ? "" : $"; {string.Join(", ", others)}");
        return $"| {versions.Key} | {string.Join(", ", versions.Select(row => row.Since).Order())} | {tests} | {all} |\n";
    }

    /// <summary>As the suite spells it.</summary>
    static string SuiteName(DataType type) => type switch
    {
        DataType.Float64 => "DOUBLE",
        DataType.Float16 => "FLOAT16",
        DataType.BFloat16 => "BFLOAT16",
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    static string Number(int value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
