using Octet.Graphs;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Passes;

/// <summary>How operators changed their form from one opset to the next: one line for each change.</summary>
static class OpsetChanges
{
    /// <param name="Since">The opset that brought the new form.</param>
    /// <param name="OpTypes">The operators that it concerns.</param>
    /// <param name="Apply">Replaces the node by one of the new form; null if this node need not change.</param>
    public sealed record Change(int Since, string[] OpTypes, Func<Node, Node?> Apply);

    /// <summary>In the order of the opsets.</summary>
    public static IReadOnlyList<Change> All { get; } =
    [
        new(7, ["Add", "Sub", "Mul", "Div", "Pow", "And", "Or", "Xor", "Equal", "Less", "Greater"], BroadcastToShape),
        new(7, ["PRelu"], SlopePerChannelToShape),
        new(7, ["Gemm"], node => Without(node, "broadcast")),
        new(9, ["BatchNormalization"], node => Without(node, "spatial")),
        new(9, ["Upsample"], UpsampleScalesToInput),
        new(10, ["Upsample"], UpsampleToResize),
        new(10, ["Slice"], node => ToInputs(node, "starts", "ends", "axes")),
        new(10, ["TopK"], node => ToInputs(node, "k")),
        new(11, ["Clip"], node => ToInputs(node, "min", "max")),
        new(11, ["Pad"], PadToInputs),
        new(11, ["Resize"], ResizeWithRegion),
        new(11, ["Scatter"], node => UpgradeOpset.Renew(node, "ScatterElements", node.Inputs, node.Attributes)),
        new(12, ["Dropout"], node => Without(node, "ratio")),
        new(13, ["Squeeze", "Unsqueeze", "ReduceSum"], node => ToInputs(node, "axes")),
        new(13, ["Split"], node => ToInputs(node, "split")),
        new(13, ["Softmax", "LogSoftmax", "Hardmax"], FlattenedToLastAxis),
        new(18, ["ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp",
            "ReduceSumSquare"], node => ToInputs(node, "axes")),
        new(18, ["Split"], SplitSaysHowMany),
        new(20, ["GridSample"], RenameGridModes),
        new(21, ["GroupNormalization"],
            _ => throw new OperatorException("its scale and bias count groups before opset 21 and channels since")),
    ];

    /// <summary>The second input was laid along the first from an axis of choice; extents of 1 behind it say the same.</summary>
    static Node BroadcastToShape(Node node)
    {
        var attributes = new Attributes(node.Attributes);
        attributes.Remove("broadcast");
        attributes.Remove("axis");
        if (node.Operator is not AxisBroadcast { Axis: var axis }) return UpgradeOpset.Renew(node, node.OpType, node.Inputs, attributes);
        if (node.Inputs[0]?.Shape is not { } first || node.InputOrNull(1)?.Shape is not { } second)
            throw new OperatorException("the ranks of its inputs are not known");

        var missing = first.Rank - Shape.NormalizeAxis(axis, first.Rank) - second.Rank;
        if (missing <= 0) return UpgradeOpset.Renew(node, node.OpType, node.Inputs, attributes);
        // Reshape takes a 0 as the extent that is there.
        var shape = Constant(node, "shape", (long[])[.. new long[second.Rank], .. Enumerable.Repeat(1L, missing)]);
        var aligned = node.Graph.Add("Reshape", [node.Inputs[1], shape], $"{node.Inputs[1]!.Name}_aligned", before: node);
        return UpgradeOpset.Renew(node, node.OpType, [node.Inputs[0], aligned], attributes);
    }

    static Node Without(Node node, string attribute)
    {
        var attributes = new Attributes(node.Attributes);
        attributes.Remove(attribute);
        return UpgradeOpset.Renew(node, node.OpType, node.Inputs, attributes);
    }

    /// <summary>Attributes that became inputs of the same order, behind the first one.</summary>
    static Node? ToInputs(Node node, params string[] names)
    {
        if (!names.Any(node.Attributes.Has)) return null;
        var attributes = new Attributes(node.Attributes);
        var inputs = node.Inputs.Take(1).ToList();
        foreach (var name in names)
        {
            inputs.Add(attributes.TryGet(name, out var value) ? Constant(node, name, value) : null);
            attributes.Remove(name);
        }
        while (inputs[^1] is null) inputs.RemoveAt(inputs.Count - 1);
        return UpgradeOpset.Renew(node, node.OpType, inputs, attributes);
    }

    static Value Constant(Node node, string name, object attribute)
    {
        var elements = attribute switch
        {
            long[] list => Tensor.Vector(list),
            // TopK reads its k as a list of one.
            long number => Tensor.Vector(number),
            float number => Tensor.Scalar(number),
            float[] list => Tensor.Of([list.Length], list),
            _ => throw AttributeException.BadValue(name, attribute, "a number or a list of numbers"),
        };
        return node.Graph.AddConstant(node.Graph.UniqueName($"{node.Output.Name}.{name}"), elements);
    }

    /// <summary>A slope of one dimension lay along axis 1; now its shape has to say so, with an extent of 1 for each axis after
    /// it.</summary>
    static Node? SlopePerChannelToShape(Node node)
    {
        var slope = node.InputOrNull(1)?.Constant;
        if (slope is { Length: 1 }) return UpgradeOpset.Renew(node, node.OpType, node.Inputs, node.Attributes);
        if (slope is null || node.Inputs[0]?.Shape is not { } shape)
            throw new OperatorException("its slope or the rank of its input is not known");

        var shaped = slope.Reshape([slope.Length, .. Enumerable.Repeat(1, Math.Max(0, shape.Rank - 2))]);
        return UpgradeOpset.Renew(node, node.OpType,
            [node.Inputs[0], node.Graph.AddConstant(node.Graph.UniqueName($"{node.Output.Name}.slope"), shaped)], node.Attributes);
    }

    static Node? UpsampleScalesToInput(Node node) =>
        node.Attributes.Has("scales") ? ToInputs(node, "scales") : throw new OperatorException("the attribute 'scales' is missing");

    static Node UpsampleToResize(Node node) => UpgradeOpset.Renew(node, "Resize", node.Inputs, node.Attributes);

    static Node PadToInputs(Node node)
    {
        var attributes = new Attributes(node.Attributes);
        var pads = Constant(node, "pads", attributes.Ints("pads"));
        var value = Constant(node, "value", attributes.Float("value", fallback: 0f));
        attributes.Remove("pads");
        attributes.Remove("value");
        return UpgradeOpset.Renew(node, "Pad", [node.Inputs[0], pads, value], attributes);
    }

    /// <summary>Resize got a region of interest, empty here, and names for what it had always done: asymmetric coordinates, rounded
    /// down.</summary>
    static Node ResizeWithRegion(Node node)
    {
        if (node.InputOrNull(1) is not { } scales) throw new OperatorException("it has no scales");
        var attributes = new Attributes(node.Attributes) { ["coordinate_transformation_mode"] = "asymmetric", ["nearest_mode"] = "floor" };
        var region = node.Graph.AddConstant(node.Graph.UniqueName($"{node.Output.Name}.roi"), new Tensor(DataType.Float32, [0]));
        return UpgradeOpset.Renew(node, "Resize", [node.Inputs[0], region, scales], attributes);
    }

    /// <summary>Before opset 13 all dimensions from the axis on were one; where several have more than one element, they are laid into one
    /// for the time of the operator.</summary>
    static Node FlattenedToLastAxis(Node node)
    {
        if (node.Inputs[0]!.Shape is not { } shape) throw new OperatorException("the rank of its input is not known");
        var axis = Shape.NormalizeAxis(node.Attributes.Int("axis", fallback: 1), shape.Rank);
        var normalized = Enumerable.Range(axis, shape.Rank - axis).Where(i => shape.Dimensions[i].Extent != 1).ToArray();
        if (normalized.Length > 1) return OverFlattenedDimensions(node, axis, shape);
        var attributes = new Attributes(node.Attributes) { ["axis"] = normalized.Length == 1 ? normalized[0] : (long)axis };
        return UpgradeOpset.Renew(node, node.OpType, node.Inputs, attributes);
    }

    static Node OverFlattenedDimensions(Node node, int axis, SymbolicShape shape)
    {
        var (graph, input, output) = (node.Graph, node.Inputs[0]!, node.Output);
        // Reshape takes a 0 as the extent that is there.
        var flat = graph.Add("Reshape", [input, Constant(node, "flat", (long[])[.. new long[axis], -1])], $"{input.Name}_flat",
            before: node);
        flat.Type = input.Type;
        var tail = shape.Dimensions.Skip(axis).Select(dimension => dimension.Extent).ToArray();
        var extents = tail.Any(extent => extent is null)
            ? graph.Add("Shape", [input], $"{input.Name}_extents", before: node)
            : Constant(node, "extents", (long[])[.. new long[axis], .. tail.Select(extent => (long)extent!.Value)]);
        var rows = graph.Add(node.OpType, [flat], $"{output.Name}_flat", new() { ["axis"] = -1L }, before: node);
        rows.Type = output.Type;
        return UpgradeOpset.Renew(node, "Reshape", [rows, extents], []);
    }

    static Node? SplitSaysHowMany(Node node)
    {
        if (node.InputOrNull(1) is not null) return null;
        var attributes = new Attributes(node.Attributes) { ["num_outputs"] = (long)node.Outputs.Count };
        return UpgradeOpset.Renew(node, "Split", node.Inputs, attributes);
    }

    static Node? RenameGridModes(Node node) => node.Attributes.String("mode", fallback: "linear") switch
    {
        "bilinear" => WithMode(node, "linear"),
        "bicubic" => WithMode(node, "cubic"),
        _ => null,
    };

    static Node WithMode(Node node, string mode) =>
        UpgradeOpset.Renew(node, node.OpType, node.Inputs, new Attributes(node.Attributes) { ["mode"] = mode });
}
