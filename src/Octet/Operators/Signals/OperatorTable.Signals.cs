namespace Octet.Operators;

static partial class OperatorTable
{
    static OperatorRow[] Signals =>
    [
        ("BlackmanWindow", 17, CosineWindow.FromBlackman),
        ("DFT", 20, DFT.From),
        ("DFT", 17, DFT.FromAxisAttribute),
        ("HammingWindow", 17, CosineWindow.FromHamming),
        ("HannWindow", 17, CosineWindow.FromHann),
        ("MelWeightMatrix", 17, MelWeightMatrix.From),
        ("STFT", 17, STFT.From),
    ];
}
