namespace Octet.Operators;

static partial class OperatorTable
{
    static OperatorRow[] Quantization =>
    [
        ("BitCast", 26, BitCast.From),
        ("Cast", 6, Cast.From),
        ("CastLike", 15, Cast.LikeFrom),
        ("DequantizeLinear", 10, DequantizeLinear.From),
        ("DynamicQuantizeLinear", 11, DynamicQuantizeLinear.From),
        ("QuantizeLinear", 10, QuantizeLinear.From),
        new("DequantizeLinear", 1, DequantizeLinear.From, OnnxRuntime),
        new("QuantizeLinear", 1, QuantizeLinear.From, OnnxRuntime),
    ];
}
