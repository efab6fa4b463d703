namespace Octet.Operators;

public static partial class OperatorTable
{
    static OperatorRow[] Quantization =>
    [
        ("Cast", 6, Cast.From),
        ("CastLike", 15, Cast.LikeFrom),
        ("DequantizeLinear", 10, DequantizeLinear.From),
        ("DynamicQuantizeLinear", 11, DynamicQuantizeLinear.From),
        ("QuantizeLinear", 10, QuantizeLinear.From),
    ];
}
