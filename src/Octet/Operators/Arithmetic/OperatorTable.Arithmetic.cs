namespace Octet.Operators;

public static partial class OperatorTable
{
    static OperatorRow[] Arithmetic =>
    [
    ];
}
