using Octet.Onnx.Schema;
using Octet.Tensors;
using static Octet.Fuzz.Seeds.ModelWriter;

namespace Octet.Fuzz.Seeds;

/// <summary>Small sound networks of the shapes that passes, planner, lowering and tuning look for.</summary>
static class NetworkSeeds
{
    static readonly Action<ModelWriter>[] Networks =
        [Classifier, Residual, Transformer, Branches, Loops, Scans, ShapeArithmetic, Quantized, Recurrent, Strings, Upsampler, Gates,
            Variadic];

    public static byte[] Make(Random random)
    {
        var writer = new ModelWriter(random, random.Next(2) == 0 ? 13 : 17);
        Networks[random.Next(Networks.Length)](writer);
        return writer.Bytes();
    }

    static void Classifier(ModelWriter net)
    {
        var x = net.Input("x", DataType.Float32, -1, 3, 8, 8);
        var y = Normalized(net, net.Add("Conv", [x, net.Constant(4, 3, 3, 3), net.Constant(4)], Attribute("pads", 1, 1, 1, 1)), 4);
        y = net.Add("MaxPool", [net.Add("Relu", [y])], Attribute("kernel_shape", 2, 2), Attribute("strides", 2, 2));
        y = net.Add("Conv", [y, net.Constant(4, 1, 3, 3)], Attribute("group", 4), Attribute("pads", 1, 1, 1, 1));
        y = net.Add("Clip", [Normalized(net, y, 4), net.Constant(), net.Constant()]);
        y = net.Add("Flatten", [net.Add("GlobalAveragePool", [net.Add("Identity", [y])])]);
        net.Output(net.Add("Softmax", [net.Add("Gemm", [y, net.Constant(5, 4), net.Constant(5)], Attribute("transB", 1))],
            Attribute("axis", 1)));
    }

    static void Residual(ModelWriter net)
    {
        var x = net.Input("x", DataType.Float32, 1, 4, 6, 6);
        var y = Normalized(net, net.Add("ConvTranspose", [x, net.Constant(4, 4, 1, 1)]), 4);
        y = net.Add("PRelu", [net.Add("Add", [y, x]), net.Constant(4, 1, 1)]);
        var joined = net.Add("Concat", [y, net.Add("AveragePool", [x], Attribute("kernel_shape", 1, 1))], Attribute("axis", 1));
        net.Output(net.Add("Dropout", [net.Add("Conv", [joined, net.Constant(2, 8, 1, 1)])]));
        net.Output(y);
    }

    static void Transformer(ModelWriter net)
    {
        var x = net.Input("x", DataType.Float32, 2, 4, 8);
        var mean = net.Add("ReduceMean", [x], Attribute("keepdims", 1));
        var centred = net.Add("Sub", [x, mean]);
        var spread = net.Add("Sqrt", [net.Add("Add", [net.Add("ReduceMean", [net.Add("Mul", [centred, centred])]), net.Constant()])]);
        var y = net.Add("Mul", [net.Add("Div", [centred, spread]), net.Constant(8)]);
        var q = net.Add("Add", [net.Add("MatMul", [y, net.Constant(8, 8)]), net.Constant(8)]);
        var scores = net.Add("MatMul", [q, net.Add("Transpose", [y], Attribute("perm", 0, 2, 1))]);
        y = net.Add("MatMul", [net.Add("Softmax", [scores], Attribute("axis", -1)), y]);
        y = net.Add("Mul", [net.Add("Add", [net.Add("Erf", [net.Add("Div", [y, net.Constant()])]), net.Constant()]), y]);
        net.Output(net.Add("Gather", [y, net.Longs(0)], Attribute("axis", 1)));
    }

    static void Branches(ModelWriter net)
    {
        var (x, which) = (net.Input("x", DataType.Float32, 2, 3), net.Input("which", DataType.Bool));
        var then = Body([], net, new NodeProto { OpType = "Neg", Input = { x }, Output = { "t" } });
        var other = Body([], net, new NodeProto { OpType = "MatMul", Input = { x, net.Constant(3, 3) }, Output = { "e" } });
        net.Output(net.Add("Relu", [net.Add("If", [which], Attribute("then_branch", then), Attribute("else_branch", other))]));
    }

    static void Loops(ModelWriter net)
    {
        var x = net.Input("x", DataType.Float32, 2);
        var body = Body([Info("i", DataType.Int64), Info("go", DataType.Bool), Info("state", DataType.Float32, 2)], net,
            new NodeProto { OpType = "Identity", Input = { "go" }, Output = { "on" } },
            new NodeProto { OpType = "Add", Input = { "state", x }, Output = { "next" } },
            new NodeProto { OpType = "Concat", Input = { "state", "next" }, Output = { "both" }, Attribute = { Attribute("axis", 0) } });
        body.Output.Clear();
        body.Output.Add([new ValueInfoProto { Name = "on" }, new ValueInfoProto { Name = "next" }, new ValueInfoProto { Name = "both" }]);
        var trips = net.Longs(3);
        net.Graph.Initializer[^1].Dims.Clear();
        net.Add("Loop", [trips, "", x], Attribute("body", body));
        net.Graph.Node[^1].Output.Add("collected");
        net.Output("collected");
    }

    static void Scans(ModelWriter net)
    {
        var x = net.Input("x", DataType.Float32, 3, 2);
        var body = Body([Info("state", DataType.Float32, 2), Info("slice", DataType.Float32, 2)], net,
            new NodeProto { OpType = "Add", Input = { "state", "slice" }, Output = { "next" } },
            new NodeProto { OpType = "Identity", Input = { "next" }, Output = { "out" } });
        body.Output.Clear();
        body.Output.Add([new ValueInfoProto { Name = "next" }, new ValueInfoProto { Name = "out" }]);
        net.Output(net.Add("Scan", [net.Constant(2), x], Attribute("body", body), Attribute("num_scan_inputs", 1)));
        net.Graph.Node[^1].Output.Add("stacked");
        net.Output("stacked");
    }

    static void ShapeArithmetic(ModelWriter net)
    {
        var x = net.Input("x", DataType.Float32, -1, 3, 4);
        var shape = net.Add("Shape", [x]);
        var batch = net.Add("Unsqueeze", [net.Add("Gather", [shape, net.Longs(0)]), net.Longs(0)]);
        var part = net.Add("Slice", [shape, net.Longs(1), net.Longs(3), net.Longs(0)]);
        var target = net.Add("Concat", [net.Add("Squeeze", [batch]), net.Add("ReduceProd", [part], Attribute("axes", [0]))],
            Attribute("axis", 0));
        var zeros = net.Add("ConstantOfShape", [net.Longs(2, 2)]);
        net.Output(net.Add("Expand", [net.Add("Reshape", [x, target]), net.Add("Range", [net.Longs(0), net.Longs(2), net.Longs(1)])]));
        net.Output(net.Add("Pad", [zeros, net.Longs(1, 0, 0, 1), net.Constant()]));
    }

    static void Quantized(ModelWriter net)
    {
        var x = net.Input("x", DataType.Float32, 1, 3, 4, 4);
        var zero = net.Add("Cast", [net.Longs(0)], Attribute("to", (long)DataType.Int8));
        var y = net.Add("DequantizeLinear", [net.Add("QuantizeLinear", [x, net.Constant(), zero]), net.Constant(), zero]);
        var weights = net.Add("QuantizeLinear", [net.Constant(2, 3, 1, 1), net.Constant(2)], Attribute("axis", 0));
        y = net.Add("Conv", [y, net.Add("DequantizeLinear", [weights, net.Constant(2)], Attribute("axis", 0))]);
        net.Output(net.Add("DequantizeLinear", [net.Add("QuantizeLinear", [y, net.Constant(), zero]), net.Constant(), zero]));
    }

    static void Recurrent(ModelWriter net)
    {
        var x = net.Input("x", DataType.Float32, 3, 1, 2);
        net.Output(net.Add("LSTM", [x, net.Constant(1, 12, 2), net.Constant(1, 12, 3), net.Constant(1, 24)], Attribute("hidden_size", 3)));
        net.Output(net.Add("GRU", [x, net.Constant(1, 9, 2), net.Constant(1, 9, 3)], Attribute("hidden_size", 3)));
    }

    static void Strings(ModelWriter net)
    {
        var x = net.Input("x", DataType.String, 2);
        var y = net.Add("Concat", [x, net.Add("Cast", [net.Constant(2)], Attribute("to", (long)DataType.String))], Attribute("axis", 0));
        net.Output(net.Add("Tile", [net.Add("Expand", [net.Add("Unsqueeze", [y, net.Longs(0)]), net.Longs(2, 4)]), net.Longs(2, 1)]));
    }

    static void Upsampler(ModelWriter net)
    {
        var x = net.Input("x", DataType.Float32, 1, 2, 3, 3);
        var y = net.Add("Resize", [x, "", net.Constant(4)], Attribute("mode", "linear"));
        y = net.Add("DepthToSpace", [net.Add("Conv", [y, net.Constant(4, 2, 1, 1)])], Attribute("blocksize", 2));
        net.Output(net.Add("LRN", [net.Add("InstanceNormalization", [y, net.Constant(1), net.Constant(1)])], Attribute("size", 3)));
        net.Output(net.Add("TopK", [net.Add("Flatten", [y]), net.Longs(1)]));
        net.Graph.Node[^1].Output.Add("places");
    }

    static void Gates(ModelWriter net)
    {
        var x = net.Input("x", DataType.Float32, 1, 3, 4, 4);
        var y = net.Add("Conv", [x, net.Constant(4, 3, 1, 1), net.Constant(4)]);
        var gated = net.Add("Mul", [y, net.Add("Sigmoid", [y])]);
        gated = net.Add("HardSwish", [net.Add("Conv", [gated, net.Constant(4, 4, 1, 1), net.Constant(4)])]);
        net.Output(net.Add("Einsum", [gated, net.Constant(4, 2)], Attribute("equation", "bchw,cd->bdhw")));
    }

    static void Variadic(ModelWriter net)
    {
        var x = net.Input("x", DataType.Float32, 2, 1, 3);
        var y = net.Add("Sum", [net.Constant(), net.Constant(1), x]);
        y = net.Add("Max", [net.Constant(2, 1, 1), y, net.Constant(4, 1)]);
        net.Output(net.Add("Where", [net.Add("Less", [y, net.Constant(1)]), y, net.Add("Mean", [y, x])]));
        net.Output(net.Add("Split", [x], Attribute("axis", 2)));
    }

    static string Normalized(ModelWriter net, string x, int channels) =>
        net.Add("BatchNormalization", [x, net.Constant(channels), net.Constant(channels), net.Constant(channels), net.Constant(channels)],
            Attribute("epsilon", 1e-3f));

    static GraphProto Body(ValueInfoProto[] inputs, ModelWriter net, params NodeProto[] nodes) => new()
    {
        Name = net.Next("body"),
        Input = { inputs },
        Node = { nodes },
        Output = { new ValueInfoProto { Name = nodes[^1].Output[0] } },
    };
}
