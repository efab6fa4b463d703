namespace Octet.Operators;

static partial class OperatorTable
{
    const string TrainingDomain = "ai.onnx.preview.training";

    static OperatorRow[] Training =>
    [
        new("Adagrad", 1, Adagrad.From, TrainingDomain),
        new("Adam", 1, Adam.From, TrainingDomain),
        new("Momentum", 1, Momentum.From, TrainingDomain),
        ("NegativeLogLikelihoodLoss", 12, NegativeLogLikelihoodLoss.From),
        ("SoftmaxCrossEntropyLoss", 12, SoftmaxCrossEntropyLoss.From),
    ];
}
