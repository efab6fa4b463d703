using Octet.Data;
using Octet.Graphs;
using Octet.Tensors;
using Octet.Tests.Passes;

namespace Octet.Tests.Steps;

public sealed class ChooseRangesTests
{
    /// <summary>A table of 500 · 64 elements within ±1, of which one is large: the percentile may cut one in 20,000.</summary>
    [Fact]
    public void A_table_that_is_looked_up_is_cut_by_squared_errors_and_not_by_a_share()
    {
        const float Large = 12;
        var table = RandomTensors.Of(1, 500, 64);
        table.Floats[70] = Large;
        var graph = new Graph { Name = "words", Opsets = { [""] = 13 } };
        var words = graph.AddInput("words", DataType.Int64, new(new Dimension(null, "n")));
        var found = graph.Add("Gather", [graph.AddConstant("table", table), words], "found", new() { ["axis"] = 0L });
        graph.AddOutput(graph.Add("MatMul", [found, graph.AddConstant("w", RandomTensors.Of(2, 64, 4))], "y"));
        ShapeInference.Annotate(graph);
        var samples = MadeSamples.Of("words", Tensor.Vector(0, 1, 2, 499));

        var ranges = Quantizer.Quantize(Quantizer.Prepare(new() { Graph = graph }), samples).Table.Ranges;

        // A step of 13 / 255 costs 0.0002 on average, cutting one of 32,000 elements off at 1 costs 121 / 32,000 = 0.004.
        ranges["table"].High.ShouldBeGreaterThan(0.9f * Large);
        ranges["found"].ShouldBe(ranges["table"]);
    }
}
