using Octet.Graphs;

namespace Octet.Benchmarks.Networks;

/// <summary>MobileNetV3-Large for pictures of 224 × 224 (Howard et al. 2019, arXiv:1905.02244, table 1).</summary>
static class MobileNetV3
{
    static readonly (int Kernel, int Expanded, int Outputs, bool Squeezes, string Activation, int Stride)[] Blocks =
    [
        (3, 16, 16, false, "Relu", 1), (3, 64, 24, false, "Relu", 2), (3, 72, 24, false, "Relu", 1), (5, 72, 40, true, "Relu", 2),
        (5, 120, 40, true, "Relu", 1), (5, 120, 40, true, "Relu", 1), (3, 240, 80, false, "HardSwish", 2),
            (3, 200, 80, false, "HardSwish", 1),
        (3, 184, 80, false, "HardSwish", 1), (3, 184, 80, false, "HardSwish", 1), (3, 480, 112, true, "HardSwish", 1),
            (3, 672, 112, true, "HardSwish", 1),
        (5, 672, 160, true, "HardSwish", 2), (5, 960, 160, true, "HardSwish", 1), (5, 960, 160, true, "HardSwish", 1),
    ];

    public static void Write(string path)
    {
        var net = new NetworkBuilder("mobilenet_v3_large", size: 224);
        var x = net.Like("HardSwish", net.Conv(net.Picture, outputs: 16, kernel: 3, stride: 2));
        foreach (var (kernel, expanded, outputs, squeezes, activation, stride) in Blocks)
        {
            var y = expanded == net.ChannelsOf(x) ? x : net.Like(activation, net.Conv(x, expanded, kernel: 1));
            y = net.Like(activation, net.Conv(y, expanded, kernel, stride, groups: expanded));
            if (squeezes) y = Squeeze(net, y);
            y = net.Conv(y, outputs, kernel: 1);
            x = stride == 1 && net.ChannelsOf(x) == outputs ? net.Like("Add", y, x) : y;
        }
        x = net.Like("HardSwish", net.Conv(x, outputs: 960, kernel: 1));
        var hidden = net.Add("HardSwish", [net.FullyConnected(net.Add("Flatten", [net.GlobalAverage(x)]), 960, 1280)]);
        net.Write(net.FullyConnected(hidden, 1280, 1000), path);
    }

    /// <summary>A factor for each channel, which follows from the means of all channels; a quarter as many of them, rounded to eights, in
    /// between.</summary>
    static Value Squeeze(NetworkBuilder net, Value x)
    {
        var channels = net.ChannelsOf(x);
        var squeezed = net.Relu(net.Conv(net.GlobalAverage(x), (channels / 4 + 4) / 8 * 8, kernel: 1));
        return net.Like("Mul", x, net.Like("HardSigmoid", net.Conv(squeezed, channels, kernel: 1)));
    }
}
