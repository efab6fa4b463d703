using Octet.Graphs;
using TorchSharp;
using static TorchSharp.torch;

namespace Octet.Benchmarks.Torch;

/// <summary>A training step of TorchSharp: forward, cross entropy, backward, stochastic gradient descent with momentum.</summary>
sealed class TorchStep : IDisposable
{
    readonly TorchNetwork _network;
    readonly optim.Optimizer _optimizer;
    readonly torch.Tensor _input;
    readonly torch.Tensor _classes;

    public TorchStep(Graph graph, float[] pictures, long[] classes, long[] shape, int threads, bool isExact = false)
    {
        set_num_threads(threads);
        _network = new(graph, isExact);
        _optimizer = optim.SGD([.. _network.Parameters.Values], 1e-6, 0.9);
        _input = tensor(pictures).reshape(shape).clone();
        _classes = tensor(classes);
    }

    /// <summary>The network, whose parameters hold the gradients of the last step.</summary>
    public TorchNetwork Network => _network;

    public float Run()
    {
        using var scope = NewDisposeScope();
        _optimizer.zero_grad();
        var loss = nn.functional.cross_entropy(_network.Forward(_input), _classes);
        loss.backward();
        _optimizer.step();
        return loss.item<float>();
    }

    public void Dispose()
    {
        _network.Dispose();
        _optimizer.Dispose();
        _input.Dispose();
        _classes.Dispose();
    }
}
