using Octet.Graphs;

namespace Octet.Benchmarks.Networks;

/// <summary>EfficientNet-B0 for pictures of 224 × 224 (Tan and Le 2019, arXiv:1905.11946, table 1).</summary>
static class EfficientNet
{
    static readonly (int Blocks, int Kernel, int Expansion, int Outputs, int Stride)[] Stages =
        [(1, 3, 1, 16, 1), (2, 3, 6, 24, 2), (2, 5, 6, 40, 2), (3, 3, 6, 80, 2), (3, 5, 6, 112, 1), (4, 5, 6, 192, 2), (1, 3, 6, 320, 1)];

    public static void Write(string path)
    {
        var net = new NetworkBuilder("efficientnet_b0", size: 224);
        var x = net.Swish(net.Conv(net.Picture, outputs: 32, kernel: 3, stride: 2));
        foreach (var (blocks, kernel, expansion, outputs, stride) in Stages)
        {
            for (var block = 0; block < blocks; block++) x = Block(net, x, kernel, expansion, outputs, block == 0 ? stride : 1);
        }
        net.Write(net.Classify(net.Swish(net.Conv(x, outputs: 1280, kernel: 1)), classes: 1000), path);
    }

    static Value Block(NetworkBuilder net, Value x, int kernel, int expansion, int outputs, int stride)
    {
        var inputs = net.ChannelsOf(x);
        var y = expansion == 1 ? x : net.Swish(net.Conv(x, inputs * expansion, kernel: 1));
        y = net.Swish(net.Conv(y, inputs * expansion, kernel, stride, groups: inputs * expansion));
        var squeezed = net.Swish(net.Conv(net.GlobalAverage(y), inputs / 4, kernel: 1));
        y = net.Like("Mul", y, net.Like("Sigmoid", net.Conv(squeezed, inputs * expansion, kernel: 1)));
        y = net.Conv(y, outputs, kernel: 1);
        return stride == 1 && inputs == outputs ? net.Like("Add", y, x) : y;
    }
}
