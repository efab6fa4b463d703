namespace Octet.Operators;

public static partial class OperatorTable
{
    static OperatorRow[] Normalizations =>
    [
        ("BatchNormalization", 1, BatchNormalization.From),
        ("LogSoftmax", 13, LogSoftmax.From),
        ("LogSoftmax", 1, FlattenedLogSoftmax.From),
        ("Softmax", 13, Softmax.From),
        ("Softmax", 1, FlattenedSoftmax.From),
    ];
}
