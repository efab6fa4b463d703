namespace Octet.Operators;

public static partial class OperatorTable
{
    static OperatorRow[] Pooling =>
    [
        ("AveragePool", 1, AveragePool.From),
        ("GlobalAveragePool", 1, GlobalAveragePool.From),
        ("GlobalMaxPool", 1, GlobalMaxPool.From),
        ("MaxPool", 1, MaxPool.From),
    ];
}
