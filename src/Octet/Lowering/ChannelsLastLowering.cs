using Octet.Graphs;
using Octet.Kernels;
using Octet.Operators;
using Octet.Passes;
using Octet.Tensors;
using Gemm = Octet.Operators.Gemm;

namespace Octet.Lowering;

/// <summary>
/// Rewrites a graph, for inputs of known shapes, so that the fast kernels run it: convolutions, and whatever computes alike in any layout
/// between them, take images with channels last; constant weights are packed; and what follows a convolution or product happens in its
/// kernel where no other node reads the values between.
/// </summary>
/// <remarks>
/// A value may have a twin with channels last. A convolution makes one of its input where there is none; other nodes are replaced by nodes
/// that make twins only where they find twins. Nodes that are not replaced read the original value, which is then made of its twin: images
/// are reordered only where the two worlds meet.
/// </remarks>
sealed partial class ChannelsLastLowering
{
    readonly Graph _graph;
    readonly IReadOnlyDictionary<Value, TensorInfo> _infos;
    readonly IReadOnlySet<Value> _watched;
    readonly PackedWeights _weights;
    readonly Dictionary<Value, Value> _twins = [];
    readonly HashSet<Value> _made = [];
    readonly HashSet<Node> _done = [];
    readonly Dictionary<Node, WrittenNormalization> _normalizations;
    readonly bool _showsTwins;

    ChannelsLastLowering(Graph graph, IReadOnlyDictionary<Value, TensorInfo> infos, IReadOnlySet<Value> watched, bool showsTwins,
        PackedWeights weights)
    {
        (_graph, _infos, _watched, _showsTwins, _weights) = (graph, infos, watched, showsTwins, weights);
        _normalizations = WrittenNormalization.In(graph).Where(written => written.Mean is not null).DistinctBy(written => written.Mean)
            .ToDictionary(written => written.Mean!);
    }

    /// <param name="graph">The graph to rewrite.</param>
    /// <param name="infos">What is known of its values.</param>
    /// <param name="watched">Values that must be made.</param>
    /// <param name="showsTwins">Whether a watched value may be shown by its twin.</param>
    /// <param name="weights">Keeps packed weights for other runs of this pass.</param>
    /// <returns>The twins of watched values that are not made themselves.</returns>
    public static IReadOnlyDictionary<Value, Value> Apply(
        Graph graph, IReadOnlyDictionary<Value, TensorInfo> infos, IReadOnlySet<Value> watched, bool showsTwins, PackedWeights weights)
    {
        var lowering = new ChannelsLastLowering(graph, infos, watched, showsTwins, weights);
        lowering._made.UnionWith(graph.Inputs);
        foreach (var node in graph.Nodes.ToArray())
        {
            if (!lowering._done.Contains(node) && !lowering.AreKnown(node.Outputs)) lowering.Lower(node);
            lowering._made.UnionWith(node.Outputs.OfType<Value>());
        }
        lowering.MakeOriginals();
        return watched.Where(value => lowering._twins.ContainsKey(value) && value.Producer is null && !value.IsGraphInput)
            .ToDictionary(value => value, value => lowering._twins[value]);
    }

    void Lower(Node node)
    {
        switch (node.Operator)
        {
            case Conv conv: LowerConvolution(node, conv); break;
            case QLinearConv conv: LowerConvolution(node, conv); break;
            case QLinearGlobalAveragePool: LowerGlobalAverage(node); break;
            case MaxPool pool when node.Outputs.Count == 1 && IsBytes(node.Output): LowerPool(node, pool); break;
            case ConvTranspose conv: LowerTransposedConvolution(node, conv); break;
            case BatchNormalization norm: LowerNormalization(node, norm); break;
            case MaxPool pool when node.Outputs.Count == 1:
                LowerPool(node, pool.Window, pooling => new ChannelsLastMaxPool(pooling)); break;
            case AveragePool pool: LowerPool(node, pool.Window, pooling => new ChannelsLastAveragePool(pooling, pool.CountsPadding)); break;
            case GlobalMaxPool: LowerGlobalPool(node, pooling => new ChannelsLastMaxPool(pooling)); break;
            case GlobalAveragePool: LowerGlobalPool(node, pooling => new ChannelsLastGlobalAveragePool(pooling)); break;
            case ReduceMean when LowerLayerNormalization(node): break;
            case ReductionOperator reduction: LowerReduction(node, reduction); break;
            case Gemm gemm: LowerProduct(node, gemm); break;
            case MatMul: LowerProduct(node); break;
            case Transpose transpose: LowerTranspose(node, transpose); break;
            case Slice or Pad: LowerByAxes(node); break;
            default: LowerByForm(node); break;
        }
    }

    void LowerConvolution(Node node, Conv conv)
    {
        var x = node.Inputs[0]!;
        if (Image(x) is not { } image || !HasConstantWeights(node)) return;
        var (weights, bias) = (node.Inputs[1]!.Constant!, node.InputOrNull(2)?.Constant);
        var window = conv.Window.Over(image, weights.Shape[2..]);

        if (conv.Groups == image[1] && conv.Groups == weights.Shape[0])
        {
            var tail = FusedTail.Of(node, _watched);
            var depthwise = new DepthwiseConvolution(weights.Floats, bias is null ? [] : bias.Floats, window, tail.Limits, tail.Activation);
            ReplaceByTwin(tail.Nodes, new ChannelsLastDepthwiseConv(depthwise), [Twin(x, node)]);
        }
        else
        {
            var tail = FusedTail.Of(node, _watched,
                isResidual: value => _twins.ContainsKey(value) && _infos[value].Shape == _infos[node.Output].Shape);
            // What the kernel has to copy anyway it can reorder on the way, if no other node needs that order.
            var readsChannelsFirst = !_twins.ContainsKey(x) && x.Consumers.Count == 1;
            var convolution =
                new ChannelsLastConvolution(_weights.Filters(weights, bias, conv.Groups), window, tail.Limits, tail.Activation,
                    readsChannelsFirst);
            var input = readsChannelsFirst ? x : Twin(x, node);
            ReplaceByTwin(tail.Nodes, new ChannelsLastConv(convolution, readsChannelsFirst),
                tail.Residual is null ? [input] : [input, _twins[tail.Residual]]);
        }
    }

    void LowerTransposedConvolution(Node node, ConvTranspose conv)
    {
        var x = node.Inputs[0]!;
        if (Image(x) is not { } image || !HasConstantWeights(node)) return;
        var weights = node.Inputs[1]!.Constant!;
        var bias = node.InputOrNull(2)?.Constant?.Floats.ToArray() ?? new float[weights.Shape[1] * conv.Groups];

        var tail = FusedTail.Of(node, _watched);
        var convolution = new ChannelsLastTransposedConvolution(
            weights.Floats, bias, image[1], conv.Groups, conv.GeometryOf(image, weights.Shape), tail.Limits, tail.Activation);
        ReplaceByTwin(tail.Nodes, new ChannelsLastConvTranspose(convolution), [Twin(x, node)]);
    }

    /// <summary>A normalization that no convolution before it could take is itself one, with windows of a single tap.</summary>
    void LowerNormalization(Node node, BatchNormalization norm)
    {
        if (!HasTwin(node, out var image, out var twin) || node.Inputs.Skip(1).Any(parameter => parameter!.Constant is null)) return;

        var (factors, offsets) = (new float[image[1]], new float[image[1]]);
        norm.Lines<float>([.. node.Inputs.Skip(1).Select(parameter => parameter!.Constant!)], factors, offsets);
        var tail = FusedTail.Of(node, _watched);
        var convolution =
            new DepthwiseConvolution(factors, offsets, Window(image, [.. Enumerable.Repeat(1, image.Rank - 2)]), tail.Limits,
                tail.Activation);
        ReplaceByTwin(tail.Nodes, new ChannelsLastDepthwiseConv(convolution), [twin]);
    }

    void LowerPool(Node node, SlidingWindow window, Func<ChannelsLastPooling, Operator> pool)
    {
        if (HasTwin(node, out var image, out var twin))
            ReplaceByTwin([node], pool(new(image[1], window.Over(image, window.Kernel))), [twin]);
    }

    void LowerGlobalPool(Node node, Func<ChannelsLastPooling, Operator> pool)
    {
        if (HasTwin(node, out var image, out var twin)) ReplaceByTwin([node], pool(new(image[1], Window(image, [.. image[2..]]))), [twin]);
    }

    void LowerReduction(Node node, ReductionOperator reduction)
    {
        if (!HasTwin(node, out var image, out var twin) || KeptAxes(node, reduction) is not { } axes) return;
        if (reduction is ReduceMean && axes.SequenceEqual(Enumerable.Range(2, image.Rank - 2)))
        {
            LowerGlobalPool(node, pooling => new ChannelsLastGlobalAveragePool(pooling));
        }
        // Sums come out with other last bits where elements lie in another order.
        else if (reduction is ReduceMax or ReduceMin)
            ReplaceByTwin([node], reduction with { Axes = reduction.Axes with { Fixed = ChannelsLastForm.Renamed([.. axes], image.Rank) } },
                [twin]);
    }

    /// <summary>The axes along which a node reduces, in their order, if it names them and lets them stay with extent 1.</summary>
    int[]? KeptAxes(Node node, ReductionOperator reduction)
    {
        if (!AreKnown(node.Inputs.Skip(1)) || !reduction.Axes.KeepDimensions) return null;
        var given = node.InputOrNull(1) is { } input ? _infos[input].Value!.Longs.ToArray() : reduction.Axes.Fixed;
        return given is null or [] ? null : [.. given.Select(axis => _infos[node.Inputs[0]!].Shape.NormalizeAxis(axis)).Order()];
    }

    bool LowerLayerNormalization(Node node)
    {
        if (!_normalizations.TryGetValue(node, out var written)
                || LayerNormalizationChain.Of(written, IsMeanOfRow,
                    value => value.IsGraphOutput || _watched.Contains(value)) is not { } chain) return false;
        var x = node.Inputs[0]!;
        if (_infos[chain.Nodes[^1].Output].Shape != _infos[x].Shape) return false;

        var scale = chain.Scale ?? _graph.AddConstant(_graph.UniqueName($"{node.Output.Name}.scale"), Tensor.Scalar(1f));
        Replace(chain.Nodes, new LayerNormalization(Axis: -1, chain.Epsilon, DataType.Float32),
            chain.Bias is null ? [x, scale] : [x, scale, chain.Bias]);
        return true;

        bool IsMeanOfRow(Node mean) =>
            mean.Operator is ReduceMean reduction && IsFloats(mean.Inputs[0]!) && KeptAxes(mean, reduction) is [var axis]
            && axis == _infos[mean.Inputs[0]!].Shape.Rank - 1;
    }

    void LowerProduct(Node node, Gemm gemm)
    {
        if (gemm.TransposeA || gemm.Alpha != 1 || !IsFloats(node.Inputs[0]!)
                || node.Inputs[1]!.Constant is not { Type: DataType.Float32, Length: > 0 } weights) return;
        if (node.InputOrNull(2) is { } addend && (gemm.Beta != 1 || !IsBias(addend, node))) return;
        LowerProduct(node, weights, node.InputOrNull(2)?.Constant, gemm.TransposeB);
    }

    void LowerProduct(Node node)
    {
        if (!IsFloats(node.Inputs[0]!) || _infos[node.Inputs[0]!].Shape.Rank < 2) return;
        if (node.Inputs[1]!.Constant is { Type: DataType.Float32, Length: > 0, Shape.Rank: 2 } weights)
            LowerProduct(node, weights, bias: null, isTransposed: false);
    }

    void LowerProduct(Node node, Tensor weights, Tensor? bias, bool isTransposed)
    {
        var tail = FusedTail.Of(
            node, _watched,
            isBias: bias is null ? value => IsBias(value, node) : null,
            isResidual: value => _made.Contains(value) && IsFloats(value) && _infos[value].Shape == _infos[node.Output].Shape);
        var product = new PackedProduct(_weights.Matrix(weights, bias ?? tail.Bias, isTransposed), tail.Limits, tail.Activation);
        var x = node.Inputs[0]!;
        Replace(tail.Nodes, product, tail.Residual is null ? [x] : [x, tail.Residual]);
    }

    /// <summary>Whether a value is a constant with one element for each column of what a product makes.</summary>
    bool IsBias(Value value, Node product)
    {
        var result = _infos[product.Output].Shape;
        return value.Constant is { Type: DataType.Float32 } bias && bias.Length == result[^1] && bias.Shape[^1] == bias.Length
            && bias.Shape.Rank <= result.Rank;
    }

    /// <summary>A transposition of a twin makes the same as one of the original, by another permutation.</summary>
    void LowerTranspose(Node node, Transpose transpose)
    {
        if (!HasTwin(node, out var image, out var twin)) return;
        var permutation = transpose.Permutation ?? [.. Enumerable.Range(0, image.Rank).Reverse()];
        Replace([node], new Transpose(Array.ConvertAll(permutation, axis => ChannelsLastLayout.AxisOf(axis, image.Rank))), [twin]);
    }

    /// <summary>Operators that can be told in their fourth input which axes they are about.</summary>
    void LowerByAxes(Node node)
    {
        const int axesInput = 3;
        if (!HasTwin(node, out var image, out var twin) || !AreKnown(node.Inputs.Skip(1))) return;

        var named = (node.Operator as Slice)?.Axes ?? (node.InputOrNull(axesInput) is { } input ? _infos[input].Value!.Integers() : null);
        var count = named?.Length
            ?? (node.Operator is Slice slice ? (slice.Starts ?? _infos[node.Inputs[1]!].Value!.Integers())!.Length : image.Rank);
        var axes = Tensor.Vector(ChannelsLastForm.Renamed(named ?? [.. Enumerable.Range(0, count).Select(axis => (long)axis)], image.Rank));

        var operands = node.Inputs.ToList();
        while (operands.Count <= axesInput) operands.Add(null);
        operands[0] = twin;
        operands[axesInput] = _graph.AddConstant(_graph.UniqueName($"{node.Output.Name}.axes"), axes);
        ReplaceByTwin([node], node.Operator is Slice cut ? cut with { Axes = null } : node.Operator, operands);
    }

    void LowerByForm(Node node)
    {
        if (node.Outputs.Any(output => output is null || Image(output) is null)) return;
        var rank = _infos[node.Output].Shape.Rank;
        if (ChannelsLastForm.OfBroadcasting(node.Operator, rank) is { } joining)
        {
            var inputs = node.Inputs.OfType<Value>().ToArray();
            if (!inputs.Any(_twins.ContainsKey) || !inputs.All(input => _twins.ContainsKey(input) || IsKnown(input))) return;
            ReplaceByTwin([node], joining,
                node.Inputs.Select(input => input is null ? null : _twins.GetValueOrDefault(input) ?? ConstantTwin(input, rank)));
        }
        else if (ChannelsLastForm.OfOneImage(node.Operator, rank) is { } form && _twins.TryGetValue(node.Inputs[0]!, out var twin)
            && AreKnown(node.Inputs.Skip(1)))
        {
            ReplaceByTwin([node], form, [twin, .. node.Inputs.Skip(1)]);
        }
    }

    bool HasConstantWeights(Node node) =>
        node.Inputs[1]!.Constant is { Type: DataType.Float32, Length: > 0 }
        && node.InputOrNull(2) is null or { Constant.Type: DataType.Float32 } && IsFloats(node.Output);

    /// <summary>Whether a value is float32, of known shape, and has elements that are not known beforehand.</summary>
    bool IsFloats(Value value) =>
        _infos.TryGetValue(value, out var info) && info is { Type: DataType.Float32, Shape: { IsKnown: true, Length: > 0 }, Value: null };

    bool IsKnown(Value value) => _infos.TryGetValue(value, out var info) && info.Value is not null;

    bool AreKnown(IEnumerable<Value?> values) => values.All(value => value is null || IsKnown(value));

    static WindowGeometry Window(Shape image, int[] kernel) =>
        new SlidingWindow(kernel, null, null, null, AutoPadding.None).Over(image, kernel);
}
