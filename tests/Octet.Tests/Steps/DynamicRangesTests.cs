using Octet.Calibration;
using Octet.Evaluation;
using Octet.Graphs;
using Octet.Numerics;
using Octet.Operators;
using Octet.Pipeline;
using Octet.Pipeline.RecipeFiles;
using Octet.Planning;
using Octet.Running;
using Octet.Tensors;
using Octet.Tests.Passes;

namespace Octet.Tests.Steps;

public sealed class DynamicRangesTests
{
    static Graph NewGraph(int opset = 13) => new() { Name = "products", Opsets = { [""] = opset } };

    static QuantizationResult Quantize(Graph graph, Recipe? recipe = null)
    {
        ShapeInference.Annotate(graph);
        return Quantizer.Quantize(Quantizer.Prepare(new() { Graph = graph }), new() { Recipe = recipe ?? Recipes.Dynamic });
    }

    static Tensor Run(Graph graph, Tensor x) => new Session(graph).Run(new Dictionary<string, Tensor> { ["x"] = x })["y"];

    /// <summary>x [2, 5, 16] times w, plus a bias; and times v, of what that gives.</summary>
    static Graph TwoLayers()
    {
        var graph = NewGraph();
        var x = graph.AddInput("x", DataType.Float32, new(2, 5, 16));
        var hidden = graph.Add("MatMul", [x, graph.AddConstant("w", RandomTensors.Of(1, 16, 24))], "hidden");
        var sum = graph.Add("Add", [hidden, graph.AddConstant("b", RandomTensors.Of(2, 24))], "sum");
        graph.AddOutput(graph.Add("MatMul", [sum, graph.AddConstant("v", RandomTensors.Of(3, 24, 8))], "y"));
        return graph;
    }

    [Fact]
    public void Products_become_the_chain_that_runtimes_fuse_and_nothing_is_measured()
    {
        var result = Quantize(TwoLayers());
        var exported = result.Export().Graph;

        exported.Nodes.Select(node => node.OpType).ShouldBe(
            ["DynamicQuantizeLinear", "MatMulInteger", "Cast", "Mul", "Mul", "Add", "DynamicQuantizeLinear", "MatMulInteger", "Cast", "Mul",
                "Mul"]);
        exported.Constants.Single(constant => constant.Name == "w_quantized").Constant!.Type.ShouldBe(DataType.Int8);
        exported.Constants.Single(constant => constant.Name == "w_scale").Constant!.Shape.ShouldBe([24]);
        exported.Outputs.ShouldHaveSingleItem().Shape!.ToString().ShouldBe("[2, 5, 8]");
        result.Table.Ranges.ShouldBeEmpty();
        result.Passes.ShouldBe(0);
    }

    /// <summary>A step is at most 1/255 of the range of a row, some 0.4 % of its greatest element, in data and weights alike; so that
    /// noise lies some 40 dB below the outputs.</summary>
    [Fact]
    public void Outputs_are_those_of_the_float_model_but_for_rounding()
    {
        var graph = TwoLayers();
        var result = Quantize(graph);
        var x = RandomTensors.Of(4, 2, 5, 16);

        var (real, rounded) = (Run(graph, x), Run(result.Export().Graph, x));

        SignalComparison.Of(real.Floats, rounded.Floats).SqnrDb.ShouldBeGreaterThan(35);
        rounded.Floats.ToArray().ShouldBe(Run(result.Model.Simulate(), x).Floats.ToArray());
    }

    /// <summary>A static scale would lose the small input, or cut the large one.</summary>
    [Theory, InlineData(1e-3f), InlineData(1e3f)]
    public void The_range_follows_the_input(float factor)
    {
        var graph = NewGraph();
        var x = graph.AddInput("x", DataType.Float32, new(4, 16));
        graph.AddOutput(graph.Add("MatMul", [x, graph.AddConstant("w", RandomTensors.Of(1, 16, 24))], "y"));
        var result = Quantize(graph);
        var data = RandomTensors.Of(4, 4, 16);
        foreach (ref var element in data.Floats) element *= factor;

        SignalComparison.Of(Run(graph, data).Floats, Run(result.Export().Graph, data).Floats).SqnrDb.ShouldBeGreaterThan(35);
    }

    [Theory]
    [InlineData(true, 9)]
    [InlineData(true, 13)]
    [InlineData(false, 13)]
    public void Gemm_gives_its_bias_to_an_addition_and_turned_weights_are_turned_back(bool isTurned, int opset)
    {
        var graph = NewGraph(opset);
        var x = graph.AddInput("x", DataType.Float32, new(3, 16));
        var weight = graph.AddConstant("w", isTurned ? RandomTensors.Of(1, 8, 16) : RandomTensors.Of(1, 16, 8));
        graph.AddOutput(graph.Add("Gemm", [x, weight, graph.AddConstant("b", RandomTensors.Of(2, 8))], "y",
            new() { ["transB"] = isTurned ? 1L : 0L, ["alpha"] = 0.5f }));
        var data = RandomTensors.Of(4, 3, 16);

        var exported = Quantize(graph).Export().Graph;

        exported.Find<Gemm>().ShouldBeEmpty();
        exported.Nodes[^1].OpType.ShouldBe("Add");
        exported.Constants.Single(constant => constant.Name.EndsWith("_quantized", StringComparison.Ordinal)).Constant!.Shape
            .ShouldBe([16, 8]);
        SignalComparison.Of(Run(graph, data).Floats, Run(exported, data).Floats).SqnrDb.ShouldBeGreaterThan(35);
    }

    [Fact]
    public void Products_of_one_value_share_its_integers_and_those_of_one_weight_share_that()
    {
        var graph = NewGraph();
        var x = graph.AddInput("x", DataType.Float32, new(4, 16));
        var weight = graph.AddConstant("w", RandomTensors.Of(1, 16, 16));
        var q = graph.Add("MatMul", [x, weight], "q");
        var k = graph.Add("MatMul", [x, graph.AddConstant("v", RandomTensors.Of(2, 16, 16))], "k");
        graph.AddOutput(graph.Add("Add", [graph.Add("MatMul", [q, weight], "z"), k], "y"));

        var exported = Quantize(graph).Export().Graph;

        exported.Find<DynamicQuantizeLinear>().Count.ShouldBe(2);
        exported.Find<MatMulInteger>().Count.ShouldBe(3);
        exported.Constants.Count(constant => constant.Constant!.Type == DataType.Int8 && constant.Constant.Shape.Rank == 2).ShouldBe(2);
    }

    [Fact]
    public void What_is_made_during_the_run_or_excluded_stays_in_floats()
    {
        var graph = NewGraph();
        var x = graph.AddInput("x", DataType.Float32, new(4, 16));
        var made = graph.Add("MatMul", [x, graph.Add("Transpose", [x], "turned", new() { ["perm"] = new long[] { 1, 0 } })], "made");
        var head = graph.Add("MatMul", [made, graph.AddConstant("w", RandomTensors.Of(1, 4, 8))], "head");
        graph.AddOutput(graph.Add("MatMul", [head, graph.AddConstant("v", RandomTensors.Of(2, 8, 8))], "y"));

        var result = Quantize(graph, Recipes.Dynamic.Excluding(["v"]));

        result.Export().Graph.Find<MatMul>().Select(node => node.Output.Name).ShouldBe(["made", "y"]);
        result.Model.Plan.DynamicValues.ShouldHaveSingleItem().Name.ShouldBe("made");
        result.Model.Plan.FloatNodes.Count.ShouldBe(3);
    }

    [Fact]
    public void A_model_without_such_products_is_refused_with_the_reason()
    {
        var graph = NewGraph();
        var x = graph.AddInput("x", DataType.Float32, new(1, 3, 8, 8));
        graph.AddOutput(graph.Add("Conv", [x, graph.AddConstant("w", RandomTensors.Of(1, 4, 3, 3, 3))], "y"));

        Should.Throw<PlanException>(() => Quantize(graph)).Message.ShouldContain(
            "none of its MatMul and Gemm nodes multiplies float32 values by a constant matrix");
    }

    [Fact]
    public void Settings_that_a_range_for_each_run_cannot_have_are_refused_all_at_once()
    {
        var recipe = RecipeFile.Parse(
            "based-on: tensorrt\nweights: { type: int4, scheme: symmetric }\nsteps: [ dynamic-ranges ]", "mine.yaml");

        var message = Should.Throw<PlanException>(() => Quantize(TwoLayers(), recipe)).Message;

        message.ShouldContain("activations are uint8 with a zero point");
        message.ShouldContain("minmax, not tensorrt-entropy");
        message.ShouldContain("weights have 8 bits");
    }

    [Fact]
    public void A_step_that_works_on_fixed_ranges_is_refused_with_its_line() =>
        Should.Throw<RecipeException>(
            () => RecipeFile.Parse("based-on: dynamic\nsteps:\n  - dynamic-ranges\n  - correct-biases", "mine.yaml")).Message
            .ShouldContain("line 4: 'correct-biases' needs ranges that hold for all runs, which 'dynamic-ranges' does not choose");

    [Fact]
    public void Without_samples_other_recipes_say_what_they_need_and_this_one_takes_no_table()
    {
        var model = Quantizer.Prepare(new() { Graph = TwoLayers() });

        Should.Throw<CalibrationException>(() => Quantizer.Quantize(model, new() { Recipe = Recipes.Fast })).Message
            .ShouldContain("chooses ranges by what samples show");
        Should.Throw<CalibrationException>(() => Quantizer.Quantize(model, new QuantizerOptions())).Message
            .ShouldContain("Recipe best changes weights");
        Should.Throw<CalibrationException>(
            () => Quantizer.Quantize(model, new CalibrationTable { Method = "minmax", Ranges = new Dictionary<string, ValueRange>() },
                new(""), new() { Recipe = Recipes.Dynamic })).Message.ShouldContain("no table to use");
    }

    [Fact]
    public void An_infinite_weight_is_refused_with_its_name()
    {
        var graph = NewGraph();
        var x = graph.AddInput("x", DataType.Float32, new(4, 16));
        var weight = RandomTensors.Of(1, 16, 8);
        weight.Floats[3] = float.PositiveInfinity;
        graph.AddOutput(graph.Add("MatMul", [x, graph.AddConstant("w", weight)], "y"));

        Should.Throw<CalibrationException>(() => Quantize(graph)).Message.ShouldContain("weight of ");
    }
}
