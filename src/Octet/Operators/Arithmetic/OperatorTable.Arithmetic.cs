namespace Octet.Operators;

public static partial class OperatorTable
{
    static OperatorRow[] Arithmetic =>
    [
        ("Add", 7, Add.From),
        ("Div", 7, Div.From),
        ("Erf", 9, Erf.From),
        ("Exp", 6, Exp.From),
        ("Mul", 7, Mul.From),
        ("Pow", 7, Pow.From),
        ("Sqrt", 6, Sqrt.From),
        ("Sub", 7, Sub.From),
    ];
}
