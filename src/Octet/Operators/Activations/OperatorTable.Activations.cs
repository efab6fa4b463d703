namespace Octet.Operators;

public static partial class OperatorTable
{
    static OperatorRow[] Activations =>
    [
        ("Clip", 6, ClipToConstants.From),
        ("Clip", 11, Clip.From),
        ("Dropout", 7, Dropout.From7),
        ("Dropout", 10, Dropout.From10),
        ("Dropout", 12, Dropout.From),
        ("HardSigmoid", 6, HardSigmoid.From),
        ("HardSwish", 14, HardSwish.From),
        ("Identity", 1, Identity.From),
        ("Relu", 6, Relu.From),
        ("Sigmoid", 6, Sigmoid.From),
        ("Tanh", 6, Tanh.From),
    ];
}
