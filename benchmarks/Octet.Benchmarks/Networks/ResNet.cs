using Octet.Graphs;

namespace Octet.Benchmarks.Networks;

/// <summary>ResNet for pictures of 224 × 224 (He et al. 2015, arXiv:1512.03385), with the stride on the 3 × 3 layer of a bottleneck, as
/// torchvision has it.</summary>
static class ResNet
{
    /// <param name="path">Where to write.</param>
    /// <param name="blocks">Blocks of each of the four stages.</param>
    /// <param name="isDeep">Whether a block is a bottleneck of three layers, or two layers of 3 × 3.</param>
    public static void Write(string path, int[] blocks, bool isDeep)
    {
        var net = new NetworkBuilder("resnet", size: 224);
        var x = net.MaxPool(net.Relu(net.Conv(net.Picture, outputs: 64, kernel: 7, stride: 2)), kernel: 3, stride: 2);
        for (var stage = 0; stage < blocks.Length; stage++)
        {
            var width = 64 << stage;
            for (var block = 0; block < blocks[stage]; block++)
            {
                var stride = stage > 0 && block == 0 ? 2 : 1;
                x = isDeep ? Bottleneck(net, x, width, stride) : Basic(net, x, width, stride);
            }
        }
        net.Write(net.Classify(x, classes: 1000), path);
    }

    static Value Basic(NetworkBuilder net, Value x, int width, int stride)
    {
        var y = net.Relu(net.Conv(x, width, kernel: 3, stride));
        return Join(net, x, net.Conv(y, width, kernel: 3), stride);
    }

    static Value Bottleneck(NetworkBuilder net, Value x, int width, int stride)
    {
        var y = net.Relu(net.Conv(x, width, kernel: 1));
        y = net.Relu(net.Conv(y, width, kernel: 3, stride));
        return Join(net, x, net.Conv(y, 4 * width, kernel: 1), stride);
    }

    static Value Join(NetworkBuilder net, Value x, Value y, int stride)
    {
        var outputs = net.ChannelsOf(y);
        var shortcut = net.ChannelsOf(x) == outputs ? x : net.Conv(x, outputs, kernel: 1, stride);
        return net.Relu(net.Like("Add", y, shortcut));
    }
}
