using Octet.Graphs;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Tests.Graphs;

public sealed class GraphTextTests
{
    [Fact]
    public void A_graph_reads_as_one_line_a_node()
    {
        var graph = new Graph { Name = "signs", Opsets = { [""] = 13 } };
        var x = graph.AddInput("x", DataType.Float32, new SymbolicShape(new Dimension(null, "N"), 3, default, 64));
        var w = graph.AddConstant("w", new Tensor(DataType.Float32, [16, 3, 3, 3]));
        var y = graph.NewValue("y");
        var (z, scale) = (graph.NewValue("z"), graph.AddConstant("scale", Tensor.Scalar(0.5f)));
        var attributes = new Attributes
        {
            { "auto_pad", "VALID" },
            { "group", 2L },
            { "pads", new[] { 1L, 0L } },
            { "foreign", new ForeignAttribute([1]) },
        };
        graph.Add(GraphSamples.Op("Conv"), [x, w], [y], attributes);
        graph.Add(GraphSamples.Op("Split"), [y, null, scale], [null, z], new Attributes { { "axes", Tensor.Vector(1, 2) } });
        (z.Type, z.Shape) = (DataType.Float32, new SymbolicShape(new Dimension(null, "N"), 16));
        graph.AddOutput(z);

        graph.ToString().ShouldBe("""
            graph signs (opset 13)
              in  x: float32 [N, 3, ?, 64]
              y = Conv(x, w: float32 [16, 3, 3, 3]) {auto_pad: "VALID", group: 2, pads: [1, 0], foreign: …}
              _, z = Split(y, _, 0.5) {axes: [1, 2]}
              out z: float32 [N, 16]

            """);
    }

    [Fact]
    public void Bodies_stand_indented_under_their_node() =>
        GraphText.Write(GraphSamples.WithBody(out _, out _)).ShouldBe("""
            graph main (opset 13)
              in  x: float32 [...]
              captured = Exp(x)
              result = Once(x) {body: graph body}
                graph body (opset 1)
                  inside = Neg(captured)
                  out inside
              out result

            """);
}
