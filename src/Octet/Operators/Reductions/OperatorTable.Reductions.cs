namespace Octet.Operators;

static partial class OperatorTable
{
    static OperatorRow[] Reductions =>
    [
        ("ArgMax", 1, ArgExtreme.MaxFrom),
        ("ArgMin", 1, ArgExtreme.MinFrom),
        ("ReduceL1", 1, ReduceL1.From),
        ("ReduceL2", 1, ReduceL2.From),
        ("ReduceLogSum", 1, ReduceLogSum.From),
        ("ReduceLogSumExp", 1, ReduceLogSumExp.From),
        ("ReduceMax", 1, ReduceMax.From),
        ("ReduceMean", 1, ReduceMean.From),
        ("ReduceMin", 1, ReduceMin.From),
        ("ReduceProd", 1, ReduceProd.From),
        ("ReduceSum", 1, ReduceSum.From),
        ("ReduceSumSquare", 1, ReduceSumSquare.From),
    ];
}
