namespace Octet.Operators;

static partial class OperatorTable
{
    static OperatorRow[] Recurrences =>
    [
        ("GRU", 7, GRU.From),
        ("LSTM", 7, LSTM.From),
        ("RNN", 7, RNN.From),
    ];
}
