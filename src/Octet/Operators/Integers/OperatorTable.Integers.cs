namespace Octet.Operators;

static partial class OperatorTable
{
    static OperatorRow[] Integers =>
    [
        new("QGemm", 1, QGemm.From, OnnxRuntime),
        new("QLinearAdd", 1, QLinearAdd.From, OnnxRuntime),
        new("QLinearAveragePool", 1, QLinearAveragePool.From, OnnxRuntime),
        new("QLinearConcat", 1, QLinearConcat.From, OnnxRuntime),
        new("QLinearGlobalAveragePool", 1, QLinearGlobalAveragePool.From, OnnxRuntime),
        new("QLinearLeakyRelu", 1, QLinearLeakyRelu.From, OnnxRuntime),
        new("QLinearMul", 1, QLinearMul.From, OnnxRuntime),
        new("QLinearSigmoid", 1, QLinearSigmoid.From, OnnxRuntime),
        new("QLinearSoftmax", 1, QLinearSoftmax.From, OnnxRuntime),
        new("QLinearWhere", 1, QLinearWhere.From, OnnxRuntime),
    ];
}
