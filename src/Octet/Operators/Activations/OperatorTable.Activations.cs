namespace Octet.Operators;

static partial class OperatorTable
{
    internal const string OnnxRuntime = "com.microsoft";

    static OperatorRow[] Activations =>
    [
        ("Celu", 12, Celu.From),
        ("Clip", 6, ClipToConstants.From),
        ("Clip", 11, Clip.From),
        ("Dropout", 7, Dropout.From7),
        ("Dropout", 10, Dropout.From10),
        ("Dropout", 12, Dropout.From),
        ("Elu", 6, Elu.From),
        ("Gelu", 20, Gelu.From),
        ("HardSigmoid", 6, HardSigmoid.From),
        ("HardSwish", 14, HardSwish.From),
        ("Identity", 1, Identity.From),
        ("LeakyRelu", 6, LeakyRelu.From),
        ("Mish", 18, Mish.From),
        ("PRelu", 6, PRelu.From6),
        ("PRelu", 7, PRelu.From),
        ("Relu", 6, Relu.From),
        ("Selu", 6, Selu.From),
        ("Shrink", 9, Shrink.From),
        ("Sigmoid", 6, Sigmoid.From),
        ("Softplus", 1, Softplus.From),
        ("Softsign", 1, Softsign.From),
        ("Swish", 24, Swish.From),
        ("Tanh", 6, Tanh.From),
        ("ThresholdedRelu", 10, ThresholdedRelu.From),
        new("BiasGelu", 1, BiasGelu.From, OnnxRuntime),
        new("FastGelu", 1, BiasGelu.FastFrom, OnnxRuntime),
        new("Gelu", 1, Gelu.From, OnnxRuntime),
        new("QuickGelu", 1, Swish.QuickGeluFrom, OnnxRuntime),
    ];
}
