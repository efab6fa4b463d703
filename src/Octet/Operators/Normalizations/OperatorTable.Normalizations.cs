namespace Octet.Operators;

static partial class OperatorTable
{
    static OperatorRow[] Normalizations =>
    [
        ("BatchNormalization", 14, BatchNormalization.From),
        ("BatchNormalization", 1, BatchNormalization.LegacyFrom),
        ("GroupNormalization", 21, GroupNormalization.From),
        ("GroupNormalization", 18, GroupNormalization.GroupScaledFrom),
        ("Hardmax", 13, Hardmax.From),
        ("Hardmax", 1, FlattenedHardmax.From),
        ("InstanceNormalization", 1, InstanceNormalization.From),
        ("LRN", 1, LRN.From),
        // ONNX has it since opset 17; what ONNX Runtime optimized has it in any.
        ("LayerNormalization", 1, LayerNormalization.From),
        ("LogSoftmax", 13, LogSoftmax.From),
        ("LogSoftmax", 1, FlattenedLogSoftmax.From),
        ("LpNormalization", 1, LpNormalization.From),
        ("MeanVarianceNormalization", 9, MeanVarianceNormalization.From),
        ("RMSNormalization", 23, RMSNormalization.From),
        ("Softmax", 13, Softmax.From),
        ("Softmax", 1, FlattenedSoftmax.From),
    ];
}
