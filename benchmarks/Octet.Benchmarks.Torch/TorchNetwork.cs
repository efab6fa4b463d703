using Octet.Graphs;
using Octet.Operators;
using Octet.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Octet.Benchmarks.Torch;

/// <summary>A classifier of Octet in TorchSharp: the same layers with the same weights, so that speed and gradients can be
/// compared.</summary>
sealed class TorchNetwork : IDisposable
{
    readonly Graph _graph;
    readonly bool _isExact;
    readonly Dictionary<string, TorchSharp.Modules.Parameter> _parameters = [];

    /// <param name="graph">A float network with normalizations folded.</param>
    /// <param name="isExact">Whether padding that differs between the sides stays so, which takes an operation of its own; else half of it
    /// stands on each side, as networks of PyTorch have it.</param>
    public TorchNetwork(Graph graph, bool isExact)
    {
        (_graph, _isExact) = (graph, isExact);
        foreach (var node in graph.Nodes.Where(node => node.Operator.Weights is not null))
        {
            foreach (var value in node.Inputs.Skip(1).OfType<Value>())
            {
                var constant = value.Constant!;
                var shape = Enumerable.Range(0, constant.Shape.Rank).Select(axis => (long)constant.Shape[axis]).ToArray();
                _parameters[value.Name] = new(torch.tensor(constant.Floats.ToArray()).reshape(shape).clone());
            }
        }
    }

    /// <summary>What is trained, by the name of the constant.</summary>
    public IReadOnlyDictionary<string, TorchSharp.Modules.Parameter> Parameters => _parameters;

    /// <summary>The scores of a batch.</summary>
    public torch.Tensor Forward(torch.Tensor input)
    {
        var values = new Dictionary<Value, torch.Tensor> { [_graph.Inputs[0]] = input };
        foreach (var node in _graph.Nodes) values[node.Output] = Run(node, values[node.Inputs[0]!], values);
        return values[_graph.Outputs[0]];
    }

    torch.Tensor Run(Node node, torch.Tensor x, Dictionary<Value, torch.Tensor> values) => node.Operator switch
    {
        Conv conv => Convolve(conv, x, Parameter(node, 1), node.InputOrNull(2) is null ? null : Parameter(node, 2)),
        Gemm { TransposeA: false } gemm => nn.functional.linear(x, gemm.TransposeB ? Parameter(node, 1) : Parameter(node, 1).t(),
            Parameter(node, 2)),
        Clip => x.clamp(node.Inputs[1]!.Constant!.Floats[0], node.Inputs[2]!.Constant!.Floats[0]),
        Relu => x.relu(),
        Add => x + values[node.Inputs[1]!],
        MaxPool pool => nn.functional.max_pool2d(x, [3, 3], Strides(pool.Window, x), Pads(pool.Window, x).Before),
        GlobalAveragePool => nn.functional.adaptive_avg_pool2d(x, [1, 1]),
        Flatten => x.flatten(1),
        _ => throw new NotSupportedException($"{node.Label} has no twin in TorchSharp here."),
    };

    torch.Tensor Parameter(Node node, int input) => _parameters[node.Inputs[input]!.Name];

    torch.Tensor Convolve(Conv conv, torch.Tensor x, torch.Tensor weight, torch.Tensor? bias)
    {
        var window = conv.Window.Over(ShapeOf(x), ShapeOf(weight)[2..]);
        var (height, width) = (window.Height, window.Width);
        long[] padding = [height.PadBefore, width.PadBefore];
        if ((height.PadBefore, width.PadBefore) != (height.PadAfter, width.PadAfter))
        {
            if (_isExact)
            {
                x = nn.functional.pad(x, [width.PadBefore, width.PadAfter, height.PadBefore, height.PadAfter]);
                padding = [0, 0];
            }
            else padding = [(height.PadBefore + height.PadAfter + 1) / 2, (width.PadBefore + width.PadAfter + 1) / 2];
        }
        return nn.functional.conv2d(x, weight, bias, [height.Stride, width.Stride], padding, [height.Dilation, width.Dilation],
            conv.Groups);
    }

    static long[] Strides(SlidingWindow window, torch.Tensor x) =>
        window.Over(ShapeOf(x), [3, 3]) is var over ? [over.Height.Stride, over.Width.Stride] : [];

    static (long[] Before, long[] After) Pads(SlidingWindow window, torch.Tensor x) => window.Over(ShapeOf(x), [3, 3]) is var over
        ? ([over.Height.PadBefore, over.Width.PadBefore], [over.Height.PadAfter, over.Width.PadAfter]) : default;

    static Shape ShapeOf(torch.Tensor tensor) => [.. tensor.shape.Select(extent => (int)extent)];

    public void Dispose()
    {
        foreach (var parameter in _parameters.Values) parameter.Dispose();
    }
}
