namespace Octet.Operators;

static partial class OperatorTable
{
    static OperatorRow[] Pooling =>
    [
        ("AveragePool", 1, AveragePool.From),
        ("GlobalAveragePool", 1, GlobalAveragePool.From),
        ("GlobalLpPool", 1, GlobalLpPool.From),
        ("GlobalMaxPool", 1, GlobalMaxPool.From),
        ("LpPool", 1, LpPool.From),
        ("MaxPool", 1, MaxPool.From),
        ("MaxRoiPool", 1, MaxRoiPool.From),
        ("MaxUnpool", 9, MaxUnpool.From),
        ("RoiAlign", 16, RoiAlign.From),
        ("RoiAlign", 10, RoiAlign.WholePixelFrom),
    ];
}
