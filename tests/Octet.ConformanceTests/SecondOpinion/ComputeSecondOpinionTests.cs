using Octet.Operators;
using Octet.Tensors;

namespace Octet.ConformanceTests;

/// <summary>Convolutions, products, poolings and normalizations with random attributes and shapes: ONNX Runtime computes the
/// same.</summary>
public sealed class ComputeSecondOpinionTests
{
    const int Nodes = 60;

    static readonly Dictionary<string, (int Opset, Action<RandomNodes> Add)> Kinds = new()
    {
        ["Conv"] = (22, AddConv),
        ["ConvTranspose"] = (22, AddConvTranspose),
        ["DeformConv"] = (22, AddDeformConv),
        ["MaxPool"] = (22, AddMaxPool),
        ["AveragePool"] = (22, AddAveragePool),
        ["LpPool"] = (22, AddLpPool),
        ["region pooling"] = (16, AddRegionPooling),
        ["products"] = (22, AddProducts),
        ["Einsum"] = (22, AddEinsum),
        ["normalizations"] = (22, AddNormalizations),
        ["old softmax"] = (11, AddOldSoftmax),
        ["recurrences"] = (22, AddRecurrence),
        ["Attention"] = (23, AddAttention),
        ["RotaryEmbedding"] = (23, AddRotaryEmbedding),
    };

    public static TheoryData<string> KindNames => [.. Kinds.Keys];

    [Theory, MemberData(nameof(KindNames))]
    public void ONNX_Runtime_computes_the_same(string kind)
    {
        var nodes = new RandomNodes(new Random(20261124), Kinds[kind].Opset);
        for (var i = 0; i < Nodes; i++) Kinds[kind].Add(nodes);

        nodes.Differences().ShouldBeEmpty();
    }

    /// <summary>Window attributes that every operator takes, an image that they fit, and the extents of the kernel.</summary>
    /// <remarks>
    /// Where padding is chosen automatically, strides are no longer than the kernel and taps are neighbours: otherwise ONNX Runtime
    /// pads by a negative number, or as if there were no dilation.
    /// </remarks>
    static (Attributes Attributes, int[] Extents, int[] Kernel) Window(RandomNodes nodes, bool padsWithinKernel)
    {
        var rank = nodes.Random.Next(1, 4);
        var (kernel, dilations) = (nodes.Integers(rank, 1, 3), nodes.Integers(rank, 1, 2));
        var autoPad = nodes.Pick("NOTSET", "NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER");
        var isSame = autoPad.StartsWith("SAME", StringComparison.Ordinal);
        var attributes = new Attributes { ["kernel_shape"] = kernel, ["auto_pad"] = autoPad };
        attributes["strides"] = isSame ? [.. kernel.Select(extent => nodes.Random.NextInt64(1, extent + 1))] : nodes.Integers(rank, 1, 3);
        attributes["dilations"] = isSame ? [.. kernel.Select(_ => 1L)] : dilations;
        if (autoPad == "NOTSET")
        {
            attributes["pads"] = padsWithinKernel
                ? [.. kernel.Concat(kernel).Select(extent => nodes.Random.NextInt64(0, extent))] : nodes.Integers(2 * rank, 0, 2);
        }
        return (attributes, [.. nodes.Integers(rank, 5, 12).Select(extent => (int)extent)], [.. kernel.Select(extent => (int)extent)]);
    }

    static void AddConv(RandomNodes nodes)
    {
        var (attributes, extents, kernel) = Window(nodes, padsWithinKernel: false);
        var (groups, inputs, outputs) = (nodes.Random.Next(1, 3), nodes.Random.Next(1, 4), nodes.Random.Next(1, 4));
        attributes["group"] = (long)groups;
        nodes.Add("Conv", attributes, nodes.Floats([2, groups * inputs, .. extents]), nodes.Floats([groups * outputs, inputs, .. kernel]),
            nodes.Pick(null, nodes.Floats(groups * outputs)));
    }

    static void AddConvTranspose(RandomNodes nodes)
    {
        var (attributes, extents, kernel) = Window(nodes, padsWithinKernel: true);
        var (groups, inputs, outputs) = (nodes.Random.Next(1, 3), nodes.Random.Next(1, 4), nodes.Random.Next(1, 4));
        attributes["group"] = (long)groups;
        if (nodes.Random.Next(2) == 0)
            attributes["output_padding"] = ((long[])attributes["strides"]).Select(stride => nodes.Random.NextInt64(0, stride)).ToArray();
        nodes.Add("ConvTranspose", attributes, nodes.Floats([2, groups * inputs, .. extents]),
            nodes.Floats([groups * inputs, outputs, .. kernel]), nodes.Pick(null, nodes.Floats(groups * outputs)));
    }

    static void AddDeformConv(RandomNodes nodes)
    {
        var groups = nodes.Random.Next(1, 3);
        var (kernel, strides, pads) = (nodes.Integers(2, 1, 3), nodes.Integers(2, 1, 2), nodes.Integers(4, 0, 2));
        var (height, width) =
            ((int)((8 + pads[0] + pads[2] - kernel[0]) / strides[0] + 1), (int)((9 + pads[1] + pads[3] - kernel[1]) / strides[1] + 1));
        var taps = (int)(groups * kernel[0] * kernel[1]);
        nodes.Add(
            "DeformConv",
            new()
            {
                ["group"] = (long)groups,
                ["offset_group"] = (long)groups,
                ["strides"] = strides,
                ["pads"] = pads,
                ["kernel_shape"] = kernel
            },
            nodes.Floats(2, groups * 2, 8, 9), nodes.Floats(groups, 2, (int)kernel[0], (int)kernel[1]),
            nodes.Floats(2, 2 * taps, height, width),
            nodes.Pick(null, nodes.Floats(groups)), nodes.Pick(null, nodes.Floats(2, taps, height, width)));
    }

    static void AddMaxPool(RandomNodes nodes)
    {
        var (window, extents, _) = Window(nodes, padsWithinKernel: true);
        var attributes = new Attributes(window) { OutputCount = nodes.Random.Next(1, 3) };
        attributes["ceil_mode"] = (long)nodes.Random.Next(2);
        if (attributes.OutputCount == 2) attributes["storage_order"] = (long)nodes.Random.Next(2);
        nodes.Add("MaxPool", attributes, nodes.Floats([2, 3, .. extents]));
    }

    static void AddAveragePool(RandomNodes nodes)
    {
        var (attributes, extents, _) = Window(nodes, padsWithinKernel: true);
        attributes["ceil_mode"] = (long)nodes.Random.Next(2);
        attributes["count_include_pad"] = (long)nodes.Random.Next(2);
        nodes.Add("AveragePool", attributes, nodes.Floats([2, 3, .. extents]));
    }

    static void AddLpPool(RandomNodes nodes)
    {
        var (attributes, extents, _) = Window(nodes, padsWithinKernel: true);
        attributes["p"] = (long)nodes.Random.Next(1, 4);
        nodes.Add("LpPool", attributes, nodes.Floats([2, 3, .. extents]));
    }

    static void AddRegionPooling(RandomNodes nodes)
    {
        var (regions, imageRegions) = (nodes.Floats(3, 4), nodes.Floats(3, 5));
        for (var i = 0; i < 3; i++)
        {
            var (left, top) = (nodes.Random.NextSingle() * 6 - 1, nodes.Random.NextSingle() * 6 - 1);
            float[] region = [left, top, left + nodes.Random.NextSingle() * 6, top + nodes.Random.NextSingle() * 6];
            region.CopyTo(regions.Floats[(4 * i)..]);
            region.CopyTo(imageRegions.Floats[(5 * i + 1)..]);
            imageRegions.Floats[5 * i] = i % 2;
        }
        var image = nodes.Floats(2, 2, 7, 8);
        nodes.Add("MaxRoiPool", new() { ["pooled_shape"] = nodes.Integers(2, 1, 4), ["spatial_scale"] = nodes.Pick(1f, 0.5f) }, image,
            imageRegions);
        nodes.Add(
            "RoiAlign",
            new()
            {
                ["mode"] = nodes.Pick("avg", "max"),
                ["sampling_ratio"] = nodes.Random.NextInt64(0, 3),
                ["spatial_scale"] = nodes.Pick(1f, 0.5f, 2f),
                ["output_height"] = nodes.Random.NextInt64(1, 4),
                ["output_width"] = nodes.Random.NextInt64(1, 4),
                ["coordinate_transformation_mode"] = nodes.Pick("half_pixel", "output_half_pixel"),
            },
            image, regions, Tensor.Vector(0, 1, 0));
    }

    static void AddProducts(RandomNodes nodes)
    {
        var (rows, depth, columns) = (nodes.Random.Next(1, 20), nodes.Random.Next(1, 40), nodes.Random.Next(1, 40));
        var (transposeA, transposeB) = (nodes.Random.Next(2), nodes.Random.Next(2));
        nodes.Add(
            "Gemm", new()
            {
                ["transA"] = (long)transposeA,
                ["transB"] = (long)transposeB,
                ["alpha"] = nodes.Pick(1f, 0.5f),
                ["beta"] = nodes.Pick(1f, 2f)
            },
            transposeA == 1 ? nodes.Floats(depth, rows) : nodes.Floats(rows, depth),
            transposeB == 1 ? nodes.Floats(columns, depth) : nodes.Floats(depth, columns),
            nodes.Pick(null, nodes.Floats(columns), nodes.Floats(rows, 1), nodes.Floats(rows, columns), nodes.Floats()));
        nodes.Add("MatMul", [], nodes.Floats([.. nodes.Pick<int[]>([], [2], [3, 1], [1]), rows, depth]),
            nodes.Floats([.. nodes.Pick<int[]>([], [2], [1, 2]), depth, columns]));
    }

    static void AddEinsum(RandomNodes nodes)
    {
        var equation =
            nodes.Pick("ij,jk->ik", "bij,bjk", "i,j->ij", "bhid,bhjd->bhij", "...ij,jk->...ik", "ii->i", "ij->", "ijk->kji", "ij,ij->i",
                "i,ij,j", "abc,cd,de->abe");
        var extents = equation.Where(char.IsLetter).Distinct().ToDictionary(label => label, _ => nodes.Random.Next(1, 5));
        var operands = equation.Split("->")[0].Split(',')
            .Select(term =>
                nodes.Floats([.. term.StartsWith('.') ? new[] { 3 } : [], .. term.TrimStart('.').Select(label => extents[label])]))
                .ToArray();
        nodes.Add("Einsum", new() { ["equation"] = equation }, operands);
    }

    static void AddNormalizations(RandomNodes nodes)
    {
        var x = nodes.Floats(2, 4, 3, 5);
        Attributes Axis() => new() { ["axis"] = nodes.Random.NextInt64(-4, 4) };
        nodes.Add("Softmax", Axis(), x);
        nodes.Add("LogSoftmax", Axis(), x);
        nodes.Add("Hardmax", Axis(), x);
        nodes.Add("LpNormalization", new(Axis()) { ["p"] = nodes.Random.NextInt64(1, 3) }, x);
        nodes.Add("LRN",
            new() { ["size"] = nodes.Pick(1L, 3, 5), ["alpha"] = 0.3f, ["beta"] = nodes.Random.NextSingle() + 0.1f, ["bias"] = 1.5f }, x);
        nodes.Add("MeanVarianceNormalization", [], x);
        nodes.Add("InstanceNormalization", new() { ["epsilon"] = 1e-3f }, x, nodes.Floats(4), nodes.Floats(4));
        nodes.Add("GroupNormalization", new() { ["num_groups"] = nodes.Pick(1L, 2, 4) }, x, nodes.Floats(4), nodes.Floats(4));
        nodes.Add("LayerNormalization", new(new() { ["axis"] = -2L }) { OutputCount = 3 }, x, nodes.Floats(3, 5), nodes.Floats(3, 5));
        var variance = nodes.Floats(4);
        foreach (ref var value in variance.Floats) value = Math.Abs(value);
        nodes.Add("BatchNormalization", [], x, nodes.Floats(4), nodes.Floats(4), nodes.Floats(4), variance);
    }

    static void AddOldSoftmax(RandomNodes nodes)
    {
        var x = nodes.Floats(2, 3, 4, 2);
        foreach (var opType in (string[])["Softmax", "LogSoftmax", "Hardmax"])
            nodes.Add(opType, new() { ["axis"] = nodes.Random.NextInt64(-4, 4) }, x);
    }

    static void AddRecurrence(RandomNodes nodes)
    {
        var opType = nodes.Pick("RNN", "GRU", "LSTM");
        var (gates, functions) = opType switch { "RNN" => (1, 1), "GRU" => (3, 2), _ => (4, 3) };
        var direction = nodes.Pick("forward", "reverse", "bidirectional");
        var (directions, length, batch, size, hidden) =
            (direction == "bidirectional"
                ? 2 : 1, nodes.Random.Next(1, 5), nodes.Random.Next(1, 4), nodes.Random.Next(1, 5), nodes.Random.Next(1, 5));
        var attributes = new Attributes { OutputCount = opType == "LSTM" ? 3 : 2 };
        (attributes["hidden_size"], attributes["direction"]) = ((long)hidden, direction);
        if (opType == "GRU") attributes["linear_before_reset"] = (long)nodes.Random.Next(2);
        if (nodes.Random.Next(3) == 0) attributes["clip"] = 0.3f;
        if (nodes.Random.Next(2) == 0)
            attributes["activations"] = Enumerable.Range(0, directions * functions)
                .Select(_ => nodes.Pick("Sigmoid", "Tanh", "Relu", "Softsign", "Softplus")).ToArray();

        var lengths = new Tensor(DataType.Int32, [batch]);
        foreach (ref var steps in lengths.AsSpan<int>()) steps = nodes.Random.Next(1, length + 1);
        List<Tensor?> inputs =
        [
            nodes.Floats(length, batch, size), nodes.Floats(directions, gates * hidden, size),
                nodes.Floats(directions, gates * hidden, hidden),
            nodes.Pick(null, nodes.Floats(directions, 2 * gates * hidden)), nodes.Pick(null, lengths),
                nodes.Pick(null, nodes.Floats(directions, batch, hidden)),
        ];
        if (opType == "LSTM")
            inputs.AddRange(
                [nodes.Pick(null, nodes.Floats(directions, batch, hidden)), nodes.Pick(null, nodes.Floats(directions, 3 * hidden))]);
        nodes.Add(opType, attributes, [.. inputs]);
    }

    /// <summary>Without a limit where there is a mask: the release of ONNX Runtime and the suite do not agree on which comes
    /// first.</summary>
    static void AddAttention(RandomNodes nodes)
    {
        var (batch, keyHeads, queries, keys, size, valueSize) =
            (2, nodes.Random.Next(1, 3), nodes.Random.Next(1, 5), nodes.Random.Next(1, 6), nodes.Random.Next(1, 5),
                nodes.Random.Next(1, 5));
        var queryHeads = keyHeads * nodes.Random.Next(1, 3);
        var attributes = new Attributes { ["is_causal"] = (long)nodes.Random.Next(2) };
        var mask = nodes.Pick(null, nodes.Floats(queries, keys), nodes.Floats(batch, 1, queries, keys),
            nodes.Floats(batch, queryHeads, queries, keys));
        if (mask is null && attributes.Int("is_causal") == 0) attributes["softcap"] = nodes.Pick(0f, 0.5f);
        if (nodes.Random.Next(2) == 0) attributes["scale"] = 0.3f;
        if (nodes.Random.Next(2) == 0)
        {
            nodes.Add("Attention", attributes, nodes.Floats(batch, queryHeads, queries, size), nodes.Floats(batch, keyHeads, keys, size),
                nodes.Floats(batch, keyHeads, keys, valueSize), mask);
            return;
        }
        (attributes["q_num_heads"], attributes["kv_num_heads"]) = ((long)queryHeads, (long)keyHeads);
        nodes.Add("Attention", attributes, nodes.Floats(batch, queries, queryHeads * size), nodes.Floats(batch, keys, keyHeads * size),
            nodes.Floats(batch, keys, keyHeads * valueSize), mask);
    }

    static void AddRotaryEmbedding(RandomNodes nodes)
    {
        var (batch, heads, length, pairs) = (2, nodes.Random.Next(1, 4), nodes.Random.Next(1, 5), nodes.Random.Next(1, 4));
        var size = 2 * pairs + 2 * nodes.Random.Next(2);
        var attributes = new Attributes
        {
            ["interleaved"] = (long)nodes.Random.Next(2),
            ["rotary_embedding_dim"] = (long)(size == 2 * pairs ? 0 : 2 * pairs),
            ["num_heads"] = (long)heads,
        };
        var places = new Tensor(DataType.Int64, [batch, length]);
        foreach (ref var place in places.Longs) place = nodes.Random.Next(7);
        var x = nodes.Pick(nodes.Floats(batch, heads, length, size), nodes.Floats(batch, length, heads * size));
        if (nodes.Random.Next(2) == 0) nodes.Add("RotaryEmbedding", attributes, x, nodes.Floats(7, pairs), nodes.Floats(7, pairs), places);
        else nodes.Add("RotaryEmbedding", attributes, x, nodes.Floats(batch, length, pairs), nodes.Floats(batch, length, pairs));
    }
}
