using System.Collections.Frozen;

namespace Octet.Operators;

/// <summary>All operators that Octet runs: one line each, with the opset since which the line holds. A new operator is a new line in its
/// family's rows.</summary>
static partial class OperatorTable
{
    static readonly FrozenDictionary<string, OperatorRow[]> RowsByType = AllRows()
        .GroupBy(row => Key(row.Domain, row.OpType))
        .ToFrozenDictionary(rows => rows.Key, rows => rows.OrderByDescending(row => row.Since).ToArray());

    /// <summary>Every line of the table.</summary>
    public static IEnumerable<OperatorRow> Rows => RowsByType.Values.SelectMany(rows => rows);

    /// <summary>
    /// Creates an operator from its attributes by the newest line that is not newer than <paramref name="opset"/>;
    /// an <see cref="UnsupportedOperator"/> where there is none.
    /// </summary>
    /// <exception cref="OctetException">An attribute is missing or has a value that is not allowed.</exception>
    public static Operator Create(string domain, string opType, int opset, Attributes attributes)
    {
        var row = RowsByType.GetValueOrDefault(Key(domain, opType))?.FirstOrDefault(row => row.Since <= opset);
        return row?.Create(attributes) ?? new UnsupportedOperator(opType, domain);
    }

    /// <summary>The known operator type most like a misspelt one; null if none is near.</summary>
    public static string? ClosestTo(string opType) =>
        Spelling.FindClosest(opType, Rows.Where(row => row.Domain.Length == 0).Select(row => row.OpType));

    static string Key(string domain, string opType) => domain is "" or "ai.onnx" ? opType : domain + ":" + opType;

    static IEnumerable<OperatorRow> AllRows() =>
    [
        .. Convolutions, .. Products, .. Pooling, .. Normalizations, .. Activations, .. Arithmetic, .. Comparisons,
        .. Reductions, .. Shapes, .. Selections, .. Generators, .. Signals, .. Quantization, .. Integers, .. Control, .. Training,
            .. Attentions, .. Recurrences,
    ];
}

/// <summary>One line of <see cref="OperatorTable"/>.</summary>
/// <param name="OpType">The operator's name in ONNX.</param>
/// <param name="Since">The first opset of its domain in which the operator works this way.</param>
/// <param name="Create">Makes the operator from its attributes.</param>
/// <param name="Domain">Empty for ONNX's own operators.</param>
sealed record OperatorRow(string OpType, int Since, Func<Attributes, Operator> Create, string Domain = "")
{
    public static implicit operator OperatorRow((string OpType, int Since, Func<Attributes, Operator> Create) row) =>
        new(row.OpType, row.Since, row.Create);
}
