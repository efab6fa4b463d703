namespace Octet.Operators;

static partial class OperatorTable
{
    static OperatorRow[] Comparisons =>
    [
        ("Equal", 7, Equal.From),
        ("Equal", 1, AxisBroadcast.Of(Equal.From)),
        ("Greater", 7, Greater.From),
        ("Greater", 1, AxisBroadcast.Of(Greater.From)),
        ("GreaterOrEqual", 12, GreaterOrEqual.From),
        ("IsInf", 10, IsInf.From),
        ("IsNaN", 9, IsNaN.From),
        ("Less", 7, Less.From),
        ("Less", 1, AxisBroadcast.Of(Less.From)),
        ("LessOrEqual", 12, LessOrEqual.From),
        ("Where", 9, Where.From),
    ];
}
