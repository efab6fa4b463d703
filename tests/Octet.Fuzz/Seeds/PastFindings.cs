using Google.Protobuf;
using Octet.Onnx.Schema;
using Octet.Tensors;
using static Octet.Fuzz.Seeds.ModelWriter;

namespace Octet.Fuzz.Seeds;

/// <summary>
/// What once did harm: ended in an exception that nobody caught, never ended, or took gigabytes. Each is written anew, as small as its
/// cause allows; the tests read all of them, and changes begin with them too.
/// </summary>
static class PastFindings
{
    /// <summary>By what is the matter with each.</summary>
    public static IReadOnlyList<(string Name, Func<byte[]> Make)> Models { get; } =
    [
        ("sum of two scalars and a vector", () => Of(net =>
            net.Output(net.Add("Sum", [net.Constant(), net.Constant(), net.Input("x", DataType.Float32, 3)])))),
        ("greatest of two columns and a matrix", () => Of(net =>
            net.Output(net.Add("Max", [net.Constant(2, 1), net.Constant(2, 1), net.Input("x", DataType.Float32, 2, 3)])))),
        ("normalization with three inputs", () => Of(net =>
            net.Output(net.Add("BatchNormalization", [Conv(net), net.Constant(2), net.Constant(2)])))),
        ("normalization of fewer channels than there are", () => Of(net => net.Output(Normalized(net, Conv(net), 1)))),
        ("normalization of more channels than there are", () => Of(net => net.Output(Normalized(net, Conv(net), 5)))),
        ("normalization with outputs of training", () => Of(net =>
        {
            net.Output(Normalized(net, Conv(net), 2));
            net.Graph.Node[^1].Output.Add(["mean", "variance", "saved mean", "saved variance"]);
        })),
        ("normalization of training without parameters", () => Of(net =>
        {
            net.Output(net.Add("BatchNormalization", [net.Input("x", DataType.Float32, 1, 3, 4)], Attribute("is_test", 0)));
            net.Graph.Node[^1].Output.Add("nobody reads this");
        }, opset: 3)),
        ("an input without axes, to be trained", () => Of(net =>
            net.Output(net.Add("MatMul", [net.Add("Expand", [net.Input("x", DataType.Float32), net.Longs(2, 3)]), net.Constant(3, 2)])))),
        ("constant with two outputs", () => Of(net =>
        {
            net.Output(net.Add("Add", [net.Add("Constant", [], Attribute("value_float", 1f)), net.Input("x", DataType.Float32, 2)]));
            net.Graph.Node[0].Output.Add("second");
        })),
        ("two nodes that make one value", () => Of(net =>
        {
            var x = net.Input("x", DataType.Float32, 2);
            net.Output(net.Add("Neg", [x]));
            net.Add("Abs", [x]);
            net.Graph.Node[1].Output[0] = net.Graph.Node[0].Output[0];
        })),
        ("identity without outputs", () => Of(net => WithoutOutputs(net, "Identity", net.Input("x", DataType.Float32, 2)))),
        ("identity without inputs", () => Of(net => net.Output(net.Add("Identity", [])))),
        ("product without outputs",
            () => Of(net => WithoutOutputs(net, "MatMul", net.Input("x", DataType.Float32, 2, 2), net.Constant(2, 2)))),
        ("transposed convolution without outputs", () => Of(net =>
            WithoutOutputs(net, "ConvTranspose", net.Input("x", DataType.Float32, 1, 2, 3, 3), net.Constant(2, 2, 1, 1)))),
        ("padding with too few and with no value", () => Of(net =>
        {
            var x = net.Input("x", DataType.Float32, 2, 2);
            net.Output(net.Add("Pad", [x, net.Longs(1)]));
            net.Output(net.Add("Pad", [x, net.Longs(1, 1, 1, 1), ""]));
            net.Output(net.Add("Pad", [x, net.Longs(1, 1, 1, 1), net.Constant(0)]));
        })),
        ("range of empty numbers", () => Of(net => net.Output(net.Add("Range", [net.Longs(), net.Longs(), net.Longs()])))),
        ("range by steps of nothing", () => Of(net => net.Output(net.Add("Range", [net.Constant(), net.Constant(), net.Constant(0)])))),
        ("slope per channel of an old opset without a shape", () => Of(net =>
            net.Output(net.Add("PRelu", [net.Input("x", DataType.Float32), net.Constant(3)])), opset: 6)),
        ("expanded beyond all memory", () => Of(net =>
            net.Output(net.Add("Neg", [net.Add("Expand", [net.Constant(1), net.Longs(1 << 20, 1 << 20)])])))),
        ("texts without end", () => Of(net =>
        {
            net.Graph.Initializer.Add(new TensorProto
            { Name = "text", DataType = (int)DataType.String, Dims = { 1 },
            StringData = { ByteString.CopyFromUtf8(new string('a', 500)) } });
            net.Output(net.Add("StringConcat", [net.Add("Expand", ["text", net.Longs(1 << 24)]), "text"]));
        }, opset: 20)),
        ("a convolution of constants that takes for ever", () => Of(net =>
        {
            var (large, kernel) =
                (net.Add("ConstantOfShape", [net.Longs(1, 1, 4000, 4000)]), net.Add("ConstantOfShape", [net.Longs(1, 1, 1999, 1999)]));
            net.Output(net.Add("Conv", [large, kernel]));
        })),
        ("a loop whose value doubles", DoublingLoop),
        ("a model without inputs", () => Of(net => net.Output(net.Add("Conv", [net.Constant(1, 2, 3, 3), net.Constant(2, 2, 1, 1)])))),
        ("an output that nobody makes", () => Of(net =>
        {
            net.Add("Neg", [net.Input("x", DataType.Float32, 2)]);
            net.Output("nowhere");
        })),
        ("a branch that reads what is not there", () => Of(net =>
        {
            var body = new GraphProto
            {
                Name = "then",
                Node = { new NodeProto { OpType = "Neg", Input = { "nowhere" }, Output = { "t" } } },
            };
            body.Output.Add(new ValueInfoProto { Name = "t" });
            net.Output(net.Add("If", [net.Input("c", DataType.Bool)], Attribute("then_branch", body), Attribute("else_branch", body)));
        })),
    ];

    /// <summary>Texts by the kind of file.</summary>
    public static IReadOnlyList<(string Kind, string Text)> Texts { get; } =
    [
        ("recipe", "name: a\nweights:\n  type: int&a\n  per-channel: [[[[\n  method: minmax\nfloat"),
        ("recipe", "steps: &a [*a]\n"),
        ("recipe", "? {a: b}\n: c\n"),
        ("table", """{"octetCalibrationTable": 1, "method": "minmax", "samples": 1, "ranges": {"x": {"low": 1, "high": -1}}}"""),
        ("table", """{"octetCalibrationTable": 1, "method": "minmax", "ranges": {"x": null}, "statistics": {"observers": {"x": []}}}"""),
        ("table", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["),
        ("coco", """{"images": [{"id": 1e99, "file_name": "a.png"}], "categories": [], "annotations": [{"bbox": []}]}"""),
        ("preprocessing", """{"mean": [], "scale": null, "resize": -1}"""),
    ];

    static byte[] DoublingLoop() => Of(net =>
    {
        var x = net.Input("x", DataType.Float32, 1);
        var body = new GraphProto
        {
            Name = "body",
            Input = { Info("i", DataType.Int64), Info("go", DataType.Bool), Info("state", DataType.Float32, -1) },
            Node =
            {
                new NodeProto { OpType = "Identity", Input = { "go" }, Output = { "on" } },
                new NodeProto
                    { OpType = "Concat", Input = { "state", "state" }, Output = { "next" }, Attribute = { Attribute("axis", 0) } },
            },
            Output = { new ValueInfoProto { Name = "on" }, new ValueInfoProto { Name = "next" } },
        };
        net.Output(net.Add("Loop", ["", "", x], Attribute("body", body)));
    });

    static byte[] Of(Action<ModelWriter> write, int opset = 13)
    {
        var net = new ModelWriter(new Random(1), opset);
        write(net);
        return net.Bytes();
    }

    static string Conv(ModelWriter net) => net.Add("Conv", [net.Input("x", DataType.Float32, 1, 3, 4, 4), net.Constant(2, 3, 1, 1)]);

    static string Normalized(ModelWriter net, string x, long channels) =>
        net.Add("BatchNormalization", [x, .. Enumerable.Range(0, 4).Select(_ => net.Constant(channels))]);

    static void WithoutOutputs(ModelWriter net, string opType, params string[] inputs)
    {
        net.Add(opType, inputs);
        net.Graph.Node[^1].Output.Clear();
        net.Output(net.Add("Neg", [inputs[0]]));
    }
}
