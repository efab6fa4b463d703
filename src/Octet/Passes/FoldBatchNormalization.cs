using Octet.Graphs;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Passes;

/// <summary>Folds each batch normalization into the convolution or product before it, so that the weights are quantized as they will
/// run.</summary>
/// <remarks>
/// For each output channel, with <c>k = gamma / sqrt(variance + epsilon)</c>: <c>weight ← weight · k</c> and <c>bias ← (bias − mean) · k +
/// beta</c>. Weights that other nodes read too stay as they are for those. Source: Jacob et al. 2018, arXiv:1712.05877, section 3.2.
/// </remarks>
public sealed class FoldBatchNormalization : IGraphPass
{
    /// <inheritdoc/>
    public string Name => "fold-batch-normalization";

    /// <summary>Values that must be made as they are, because they are watched.</summary>
    public IReadOnlySet<Value> Kept { get; init; } = new HashSet<Value>();

    /// <inheritdoc/>
    public int Apply(Graph graph)
    {
        var folded = 0;
        foreach (var norm in graph.Find<BatchNormalization>())
        {
            if (norm.Inputs[0] is
                {
                    Producer: { Operator.Weights: { BiasInput: not null, BiasFactor: 1 } } producer, Consumers.Count: 1,
                    IsGraphOutput: false
                }
                && !Kept.Contains(norm.Inputs[0]!)
                && norm.Outputs.Skip(1).All(statistic => statistic is null)
                && norm.Inputs.Skip(1).All(parameter => parameter?.Constant is { Type: DataType.Float32 })
                && CanTake(producer, norm))
            {
                Fold(producer, norm);
                graph.RemoveInFavourOf(norm, heir: producer);
                folded++;
            }
        }
        return folded;
    }

    static bool CanTake(Node producer, Node norm) =>
        producer.IsLayer && Channels(producer) == norm.Inputs[1]!.Constant!.Length
        && producer.LayerBias is null or { Constant.Type: DataType.Float32 }
        && (producer.LayerBias?.Constant is not { } bias || bias.Length == 1 || bias.Length == norm.Inputs[1]!.Constant!.Length);

    /// <summary>How many channels a layer makes.</summary>
    static long Channels(Node producer)
    {
        var (facts, weight) = (producer.Operator.Weights!, producer.LayerWeight!.Constant!.Shape);
        var axis = weight.NormalizeAxis(facts.OutputChannelAxis);
        return axis == 0 ? weight[axis] : (long)weight[axis] * facts.Groups;
    }

    static void Fold(Node producer, Node norm)
    {
        var facts = producer.Operator.Weights!;
        var gamma = norm.Inputs[1]!.Constant!.Floats; // and beta, mean, variance: [channels]
        var beta = norm.Inputs[2]!.Constant!.Floats;
        var mean = norm.Inputs[3]!.Constant!.Floats;
        var variance = norm.Inputs[4]!.Constant!.Floats;
        var epsilon = ((BatchNormalization)norm.Operator).Epsilon;

        var oldBias = producer.LayerBias?.Constant;
        var bias = new Tensor(DataType.Float32, [gamma.Length]);
        var factors = new float[gamma.Length];
        for (var channel = 0; channel < gamma.Length; channel++)
        {
            var k = gamma[channel] / Math.Sqrt((double)variance[channel] + epsilon);
            var before = oldBias is null ? 0f : oldBias.Floats[oldBias.Length == 1 ? 0 : channel];
            factors[channel] = (float)k;
            bias.Floats[channel] = (float)((before - mean[channel]) * k + beta[channel]);
        }
        var weight = producer.LayerWeight!.Constant!.Clone();
        ScaleChannels(weight, facts, factors);

        SetConstant(producer, facts.WeightInput, weight, "weight");
        SetConstant(producer, facts.BiasInput!.Value, bias, "bias");
    }

    /// <summary>Multiplies each output channel of the weights by its factor.</summary>
    static void ScaleChannels(Tensor weight, WeightFacts facts, ReadOnlySpan<float> factors)
    {
        if (weight.Length == 0) return;
        var axis = weight.Shape.NormalizeAxis(facts.OutputChannelAxis);
        var (extent, inner) = (weight.Shape[axis], weight.Shape.LengthOf(axis + 1, weight.Shape.Rank));
        // A transposed convolution in groups counts its channels anew for each group of input channels.
        var rowsOfGroup = weight.Length / inner / (axis == 0 ? 1 : facts.Groups);
        for (var row = 0; row < weight.Length / inner; row++)
        {
            var factor = factors[row / rowsOfGroup * extent + row % extent];
            foreach (ref var element in weight.Floats.Slice(row * inner, inner)) element *= factor;
        }
    }

    static void SetConstant(Node node, int index, Tensor elements, string role)
    {
        var graph = node.Graph;
        var old = node.InputOrNull(index);
        if (old is { Consumers.Count: 1, IsGraphOutput: false })
        {
            old.Constant = elements;
            old.Shape = SymbolicShape.From(elements.Shape);
            return;
        }
        node.SetInput(index,
            graph.AddConstant(graph.UniqueName(old is null ? $"{node.Output.Name}.{role}" : $"{old.Name}.folded"), elements));
    }
}
