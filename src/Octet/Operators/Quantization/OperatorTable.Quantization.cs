namespace Octet.Operators;

public static partial class OperatorTable
{
    static OperatorRow[] Quantization =>
    [
        ("Cast", 6, Cast.From),
        ("DequantizeLinear", 10, DequantizeLinear.From),
        ("QuantizeLinear", 10, QuantizeLinear.From),
    ];
}
