using Octet.Graphs;
using Octet.Numerics;
using Octet.Onnx;
using Octet.Operators;
using Octet.Passes;

namespace Octet.Benchmarks;

/// <summary>Networks as they are trained for speed: with normalizations folded, as they are before quantization.</summary>
static class TrainedNetwork
{
    /// <param name="path">The ONNX file.</param>
    /// <param name="isQuantized">Whether quantizers stand on each weight and behind each activation and sum.</param>
    public static Graph Read(string path, bool isQuantized)
    {
        var network = OnnxReader.Read(path).Graph;
        new FoldBatchNormalization().Apply(network);
        // Networks that are made for one picture take a batch too.
        foreach (var value in network.Inputs.Concat(network.Outputs))
            value.Shape = new([new Dimension(null, "N"), .. value.Shape!.Dimensions.Skip(1)]);
        if (isQuantized) Quantize(network);
        return network;
    }

    /// <summary>A quantizer with powers of two on each weight and behind each activation and sum.</summary>
    static void Quantize(Graph network)
    {
        var signed = new QuantizationSpec(8, Signed: true, Symmetric: true);
        foreach (var node in network.Nodes.ToArray())
        {
            if (node.Operator.Weights is { } facts)
            {
                var rounded = network.NewValue(network.UniqueName("rounded"));
                network.Add(new FakeQuantize(new(signed, [1 / 64f], [0])), [node.Inputs[facts.WeightInput]], [rounded], before: node);
                node.SetInput(facts.WeightInput, rounded);
            }
            if (node.Operator is not (Clip or Relu or Add)) continue;
            var value = network.NewValue(network.UniqueName("rounded"));
            Graph.ReplaceConsumers(node.Output, value, _ => true);
            network.Add(new FakeQuantize(new(signed, [1 / 16f], [0])), [node.Output], [value],
                before: network.Nodes.SkipWhile(other => other != node).ElementAtOrDefault(1));
        }
    }
}
