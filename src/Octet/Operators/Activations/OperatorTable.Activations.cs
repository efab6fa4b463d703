namespace Octet.Operators;

public static partial class OperatorTable
{
    static OperatorRow[] Activations =>
    [
        ("HardSigmoid", 6, HardSigmoid.From),
    ];
}
