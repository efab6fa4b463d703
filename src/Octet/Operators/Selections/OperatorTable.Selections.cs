namespace Octet.Operators;

static partial class OperatorTable
{
    static OperatorRow[] Selections =>
    [
        ("NonMaxSuppression", 10, NonMaxSuppression.From),
        ("NonZero", 9, NonZero.From),
        ("OneHot", 9, OneHot.From),
        ("TopK", 10, TopK.From),
        ("TopK", 1, TopK.FromCountAttribute),
        ("Unique", 11, Unique.From),
    ];
}
