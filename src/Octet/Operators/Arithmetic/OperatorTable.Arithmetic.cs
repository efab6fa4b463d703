namespace Octet.Operators;

static partial class OperatorTable
{
    static OperatorRow[] Arithmetic =>
    [
        ("Abs", 6, Abs.From),
        ("Add", 7, Add.From),
        ("Add", 1, AxisBroadcast.Of(Add.From)),
        ("And", 7, BitwiseAnd.OfBools),
        ("And", 1, AxisBroadcast.Of(BitwiseAnd.OfBools)),
        ("BitShift", 11, BitShift.From),
        ("BitwiseAnd", 18, BitwiseAnd.From),
        ("BitwiseNot", 18, BitwiseNot.From),
        ("BitwiseOr", 18, BitwiseOr.From),
        ("BitwiseXor", 18, BitwiseXor.From),
        ("Ceil", 6, Ceil.From),
        ("CumProd", 26, CumProd.From),
        ("CumSum", 11, CumSum.From),
        ("Det", 11, Det.From),
        ("Div", 7, Div.From),
        ("Div", 1, AxisBroadcast.Of(Div.From)),
        ("Erf", 9, Erf.From),
        ("Exp", 6, Exp.From),
        ("Floor", 6, Floor.From),
        ("Log", 6, Log.From),
        ("Max", 6, Max.From),
        ("Mean", 6, Mean.From),
        ("Min", 6, Min.From),
        ("Mod", 10, Mod.From),
        ("Mul", 7, Mul.From),
        ("Mul", 1, AxisBroadcast.Of(Mul.From)),
        ("Neg", 6, Neg.From),
        ("Not", 1, Not.From),
        ("Or", 7, BitwiseOr.OfBools),
        ("Or", 1, AxisBroadcast.Of(BitwiseOr.OfBools)),
        ("Pow", 7, Pow.From),
        ("Pow", 1, AxisBroadcast.Of(Pow.From)),
        ("Reciprocal", 6, Reciprocal.From),
        ("Round", 11, Round.From),
        ("Sign", 9, Sign.From),
        ("Sqrt", 6, Sqrt.From),
        ("Sub", 7, Sub.From),
        ("Sub", 1, AxisBroadcast.Of(Sub.From)),
        ("Sum", 6, Sum.From),
        ("Xor", 7, BitwiseXor.OfBools),
        ("Xor", 1, AxisBroadcast.Of(BitwiseXor.OfBools)),
        .. RealFunctions,
    ];

    static OperatorRow[] RealFunctions =>
    [
        Row("Acos", 7, Math.Acos), Row("Acosh", 9, Math.Acosh), Row("Asin", 7, Math.Asin), Row("Asinh", 9, Math.Asinh),
        Row("Atan", 7, Math.Atan), Row("Atanh", 9, Math.Atanh), Row("Cos", 7, Math.Cos), Row("Cosh", 9, Math.Cosh),
        Row("Sin", 7, Math.Sin), Row("Sinh", 9, Math.Sinh), Row("Tan", 7, Math.Tan),
    ];

    static OperatorRow Row(string opType, int since, Func<double, double> function) =>
        new(opType, since, _ => new RealFunction(opType, function));
}
