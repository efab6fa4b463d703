namespace Octet.Operators;

static partial class OperatorTable
{
    static OperatorRow[] Control =>
    [
        ("If", 1, If.From),
        ("Loop", 1, Loop.From),
        ("Scan", 9, Scan.From),
        ("Scan", 8, BatchedScan.From),
    ];
}
