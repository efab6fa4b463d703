using Octet.Exporting;
using Octet.Graphs;
using Octet.Operators;
using Octet.Running;
using Octet.Tensors;
using Octet.Tests.Lowering;

namespace Octet.Tests.Exporting;

/// <summary>The two forms of a quantized file say the same. That ONNX Runtime agrees is for the conformance tests to show.</summary>
public sealed class QOperatorExportTests
{
    const float Step = 0.02f;

    [Fact]
    public void A_sum_behind_a_pool_is_written_with_integers_and_its_attributes()
    {
        var images = Sum();

        var converted = QOperatorExport.Convert(ModelOf(images));

        converted.Left.ShouldBeEmpty();
        Types(converted).ShouldBe(["QuantizeLinear", "QLinearAveragePool", "QLinearAdd", "DequantizeLinear"]);
        var pool = converted.Model.Graph.Nodes[1];
        pool.Attributes["kernel_shape"].ShouldBe(new long[] { 3, 3 });
        pool.Domain.ShouldBe("com.microsoft");
        converted.Model.Graph.Opsets["com.microsoft"].ShouldBe(1);
        Run(converted).ShouldBe(Run(new(ModelOf(images), [])));

        byte[] Run(ConvertedModel model) => new Session(model.Model.Graph).Run(images.Inputs).Values.Single().Bytes.ToArray();
    }

    [Fact]
    public void The_way_back_gives_operators_on_real_numbers_between_pairs()
    {
        var images = Sum();

        var back = QdqConversion.Convert(QOperatorExport.Convert(ModelOf(images)).Model);

        back.Left.ShouldBeEmpty();
        Types(back).Where(type => type is not ("QuantizeLinear" or "DequantizeLinear")).ShouldBe(["AveragePool", "Add"]);
        back.Model.Graph.Opsets.Keys.ShouldBe([""]);
        new Session(back.Model.Graph).Run(images.Inputs).Values.Single().Bytes.ToArray()
            .ShouldBe(new Session(images.Graph).Run(images.Inputs).Values.Single().Bytes.ToArray());
    }

    [Fact]
    public void What_has_no_form_with_integers_stays_and_is_named()
    {
        var images = new ImageGraph(3, opset: 14);
        images.Graph.AddOutput(Rounded(images, images.Add("HardSwish", [Rounded(images, images.Input(1, 3, 4, 4))])));

        var left = QOperatorExport.Convert(ModelOf(images)).Left.ShouldHaveSingleItem();

        left.OpType.ShouldBe("HardSwish");
        left.Reason.ShouldBe("has no form with integers");
    }

    [Fact]
    public void An_integer_operator_that_pairs_cannot_say_stays_and_is_named()
    {
        var graph = new Graph { Opsets = { [""] = 13 } };
        var (a, b) = (Bytes(graph, "a", 2, 3), Bytes(graph, "b", 3, 2));
        graph.AddOutput(graph.Add("MatMulInteger", [a, b], "y"));

        var converted = QdqConversion.Convert(new() { Graph = graph });

        converted.Left.ShouldHaveSingleItem().OpType.ShouldBe("MatMulInteger");
        Types(converted).ShouldBe(["MatMulInteger"]);
    }

    /// <summary>A QGemm with a factor, whose bias would have other steps; a pool of images with channels last.</summary>
    [Theory, InlineData("QGemm", "alpha"), InlineData("QLinearGlobalAveragePool", "channels_last")]
    public void Attributes_that_pairs_cannot_say_are_told(string opType, string attribute)
    {
        var graph = new Graph { Opsets = { [""] = 13, ["com.microsoft"] = 1 } };
        var attributes = new Attributes { [attribute] = attribute == "alpha" ? (object)0.5f : 1L };
        var (scale, zero) = (Constant(Tensor.Scalar(Step)), Constant(Tensor.Scalar((byte)3)));
        var x = opType == "QGemm" ? Bytes(graph, "x", 2, 3) : Bytes(graph, "x", 1, 4, 4, 3);
        Value?[] inputs = opType == "QGemm"
            ? [x, scale, zero, Constant(new Tensor(DataType.Int8, [3, 2])), scale, Constant(Tensor.Scalar((sbyte)0)), null, scale, zero]
            : [x, scale, zero, scale, zero];
        graph.AddOutput(graph.Add(OperatorTable.Create("com.microsoft", opType, 1, attributes), inputs, "y", attributes,
            domain: "com.microsoft"));

        QdqConversion.Convert(new() { Graph = graph }).Left.ShouldHaveSingleItem().Reason
            .ShouldBe("has attributes that its form with real values cannot say");

        Value Constant(Tensor tensor) => graph.AddConstant(graph.UniqueName("constant"), tensor);
    }

    [Fact]
    public void Models_without_anything_to_convert_are_refused_with_what_to_give()
    {
        var images = new ImageGraph(5);
        images.Graph.AddOutput(images.Add("Relu", [images.Input(1, 3, 4, 4)]));

        Should.Throw<ConversionException>(() => QOperatorExport.Convert(ModelOf(images))).Message.ShouldContain("QDQ form");
        Should.Throw<ConversionException>(() => QdqConversion.Convert(ModelOf(images))).Message.ShouldContain("QOperator form");
    }

    static ImageGraph Sum()
    {
        var images = new ImageGraph(1);
        var x = Rounded(images, images.Input(2, 3, 9, 7));
        var pooled = Rounded(images, images.Add("AveragePool", [x], new()
        {
            ["kernel_shape"] = new long[] { 3, 3 },
            ["pads"] = new long[] { 1, 1, 1, 1 },
        }));
        images.Graph.AddOutput(Rounded(images, images.Add("Add", [pooled, x])));
        return images;
    }

    static Value Rounded(ImageGraph images, Value real)
    {
        var (scale, zero) = (images.Constant(Tensor.Scalar(Step)), images.Constant(Tensor.Scalar((byte)120)));
        return images.Add("DequantizeLinear", [images.Add("QuantizeLinear", [real, scale, zero]), scale, zero]);
    }

    static Value Bytes(Graph graph, string name, params int[] shape) =>
        graph.AddInput(name, DataType.UInt8, SymbolicShape.From(new Shape(shape)));

    static Model ModelOf(ImageGraph images) => new() { Graph = images.Graph };

    static IEnumerable<string> Types(ConvertedModel converted) => converted.Model.Graph.Nodes.Select(node => node.OpType);
}
