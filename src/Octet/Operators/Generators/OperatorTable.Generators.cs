namespace Octet.Operators;

public static partial class OperatorTable
{
    static OperatorRow[] Generators =>
    [
        ("BlackmanWindow", 17, CosineWindow.FromBlackman),
        ("Constant", 1, Constant.From),
        ("ConstantOfShape", 9, ConstantOfShape.From),
        ("EyeLike", 9, EyeLike.From),
        ("HammingWindow", 17, CosineWindow.FromHamming),
        ("HannWindow", 17, CosineWindow.FromHann),
        ("Range", 11, NumberRange.From),
    ];
}
