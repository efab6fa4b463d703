namespace Octet.Operators;

static partial class OperatorTable
{
    static OperatorRow[] Generators =>
    [
        ("Constant", 1, Constant.From),
        ("ConstantOfShape", 9, ConstantOfShape.From),
        ("EyeLike", 9, EyeLike.From),
        ("Range", 11, NumberRange.From),
    ];
}
