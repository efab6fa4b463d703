namespace Octet.Operators;

public static partial class OperatorTable
{
    static OperatorRow[] Comparisons =>
    [
        ("Equal", 6, Equal.From),
        ("Greater", 6, Greater.From),
        ("GreaterOrEqual", 12, GreaterOrEqual.From),
        ("IsInf", 10, IsInf.From),
        ("IsNaN", 9, IsNaN.From),
        ("Less", 6, Less.From),
        ("LessOrEqual", 12, LessOrEqual.From),
        ("Where", 9, Where.From),
    ];
}
