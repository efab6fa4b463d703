namespace Octet.Operators;

static partial class OperatorTable
{
    static OperatorRow[] Products =>
    [
        ("Einsum", 12, Einsum.From),
        ("Gemm", 1, Gemm.From),
        ("MatMul", 1, MatMul.From),
        ("MatMulInteger", 10, MatMulInteger.From),
        new("MatMulNBits", 1, MatMulNBits.From, OnnxRuntime),
        ("QLinearMatMul", 10, QLinearMatMul.From),
    ];
}
