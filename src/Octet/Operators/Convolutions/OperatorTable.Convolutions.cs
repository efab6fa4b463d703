namespace Octet.Operators;

public static partial class OperatorTable
{
    static OperatorRow[] Convolutions =>
    [
        ("Conv", 1, Conv.From),
        ("ConvTranspose", 1, ConvTranspose.From),
    ];
}
