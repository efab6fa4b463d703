using Octet.Graphs;

namespace Octet.Benchmarks.Networks;

/// <summary>ViT-Tiny with patches of 16 × 16 for pictures of 224 × 224 (Touvron et al. 2021, arXiv:2012.12877, DeiT-Ti), in the nodes that
/// timm's attention becomes.</summary>
static class VisionTransformer
{
    const int Blocks = 12;

    const int Width = 192;

    const int Heads = 3;

    const int HeadWidth = Width / Heads;

    /// <summary>14 × 14 patches and the one that the classes are read from.</summary>
    const int Tokens = 14 * 14 + 1;

    public static void Write(string path)
    {
        var net = new NetworkBuilder("vit_tiny_16", size: 224);
        var patches =
            net.Add("Conv", [net.Picture, net.Weights(3 * 16 * 16, Width, 3, 16, 16), net.Weights(100, Width)],
                new() { ["kernel_shape"] = new long[] { 16, 16 }, ["strides"] = new long[] { 16, 16 } });
        var tokens = net.Transpose(net.Reshape(patches, 1, Width, Tokens - 1), 0, 2, 1);
        var x = net.Add("Add",
            [net.Add("Concat", [net.Weights(1, 1, 1, Width), tokens], new() { ["axis"] = 1L }), net.Weights(100, 1, Tokens, Width)]);
        for (var block = 0; block < Blocks; block++)
        {
            x = net.Add("Add", [x, Attend(net, Normalize(net, x))]);
            x = net.Add("Add", [x, net.Linear(Gelu(net, net.Linear(Normalize(net, x), Width, 4 * Width)), 4 * Width, Width)]);
        }
        var first = net.Add("Gather", [Normalize(net, x), net.Constant(Tensors.Tensor.Scalar(0L))], new() { ["axis"] = 1L });
        net.Write(net.FullyConnected(first, Width, 1000), path);
    }

    static Value Attend(NetworkBuilder net, Value x)
    {
        var all = net.Transpose(net.Reshape(net.Linear(x, Width, 3 * Width), 1, Tokens, 3, Heads, HeadWidth), 2, 0, 3, 1, 4);
        Value Part(long index) => net.Add("Gather", [all, net.Constant(Tensors.Tensor.Scalar(index))], new() { ["axis"] = 0L });

        var (query, key, value) = (net.Add("Mul", [Part(0), net.Scalar(0.125f)]), net.Transpose(Part(1), 0, 1, 3, 2), Part(2));
        var weights = net.Add("Softmax", [net.Add("MatMul", [query, key])], new() { ["axis"] = -1L });
        var heads = net.Transpose(net.Add("MatMul", [weights, value]), 0, 2, 1, 3);
        return net.Linear(net.Reshape(heads, 1, Tokens, Width), Width, Width);
    }

    static Value Normalize(NetworkBuilder net, Value x) =>
        net.Add("LayerNormalization", [x, net.Weights(1, Width), net.Weights(100, Width)], new() { ["axis"] = -1L });

    /// <summary><c>x / 2 · (1 + erf(x / √2))</c>, node by node.</summary>
    static Value Gelu(NetworkBuilder net, Value x)
    {
        var error = net.Add("Erf", [net.Add("Div", [x, net.Scalar(MathF.Sqrt(2))])]);
        return net.Add("Mul", [net.Add("Mul", [x, net.Add("Add", [error, net.Scalar(1)])]), net.Scalar(0.5f)]);
    }
}
