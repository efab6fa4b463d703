namespace Octet.Operators;

public static partial class OperatorTable
{
    static OperatorRow[] Reductions =>
    [
        ("ReduceMean", 1, ReduceMean.From),
    ];
}
