using Octet.Graphs;

namespace Octet.Benchmarks.Networks;

/// <summary>RegNetX-400MF for pictures of 224 × 224 (Radosavovic et al. 2020, arXiv:2003.13678): its 3 × 3 layers have groups of 16
/// channels.</summary>
static class RegNet
{
    const int GroupWidth = 16;

    static readonly (int Blocks, int Width)[] Stages = [(1, 32), (2, 64), (7, 160), (12, 400)];

    public static void Write(string path)
    {
        var net = new NetworkBuilder("regnet_x_400mf", size: 224);
        var x = net.Relu(net.Conv(net.Picture, outputs: 32, kernel: 3, stride: 2));
        foreach (var (blocks, width) in Stages)
        {
            for (var block = 0; block < blocks; block++) x = Block(net, x, width, stride: block == 0 ? 2 : 1);
        }
        net.Write(net.Classify(x, classes: 1000), path);
    }

    static Value Block(NetworkBuilder net, Value x, int width, int stride)
    {
        var y = net.Relu(net.Conv(x, width, kernel: 1));
        y = net.Relu(net.Conv(y, width, kernel: 3, stride, groups: width / GroupWidth));
        y = net.Conv(y, width, kernel: 1);
        var shortcut = stride == 1 ? x : net.Conv(x, width, kernel: 1, stride);
        return net.Relu(net.Like("Add", y, shortcut));
    }
}
