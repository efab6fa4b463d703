namespace Octet.Operators;

static partial class OperatorTable
{
    static OperatorRow[] Attentions =>
    [
        ("Attention", 23, Attention.From),
        ("RotaryEmbedding", 23, RotaryEmbedding.From),
    ];
}
