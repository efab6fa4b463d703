namespace Octet.Operators;

static partial class OperatorTable
{
    static OperatorRow[] Convolutions =>
    [
        ("Conv", 1, Conv.From),
        ("ConvInteger", 10, ConvInteger.From),
        ("ConvTranspose", 1, ConvTranspose.From),
        ("DeformConv", 19, DeformConv.From),
        ("QLinearConv", 10, QLinearConv.From),
    ];
}
