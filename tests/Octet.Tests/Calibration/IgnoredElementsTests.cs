using Octet.Calibration;
using Octet.Data;
using Octet.Evaluation;
using Octet.Graphs;
using Octet.Pipeline;
using Octet.Planning;
using Octet.Tensors;
using Octet.Tests.Passes;

namespace Octet.Tests.Calibration;

/// <summary>Masks of −10000 and −∞ in what a softmax reads, and numbers that are none elsewhere.</summary>
public sealed class IgnoredElementsTests
{
    const int Length = 6, Width = 8;

    /// <summary>Attention of one head over x [1, 6, 8], with a mask [1, 1, 6] that is added to the scores.</summary>
    static Graph Attention(out Value mask, out Value masked, Func<Graph, Value, Value, Value>? join = null)
    {
        var graph = new Graph { Name = "attention", Opsets = { [""] = 13 } };
        var x = graph.AddInput("x", DataType.Float32, new(1, Length, Width));
        mask = graph.AddInput("mask", DataType.Float32, new(1, 1, Length));
        Value Product(Value left, string name, int seed) =>
            graph.Add("MatMul", [left, graph.AddConstant($"{name}.w", RandomTensors.Of(seed, Width, Width))], name);
        var turned = graph.Add("Transpose", [Product(x, "keys", 2)], "turned", new() { { "perm", new long[] { 0, 2, 1 } } });
        masked = (join ?? Sum)(graph, graph.Add("MatMul", [Product(x, "queries", 1), turned], "scores"), mask);
        var weights = graph.Add("Softmax", [masked], "weights", new() { { "axis", -1L } });
        graph.AddOutput(Product(graph.Add("MatMul", [weights, x], "mixed"), "y", 3));
        ShapeInference.Annotate(graph);
        return graph;

        static Value Sum(Graph graph, Value scores, Value mask) => graph.Add("Add", [scores, mask], "masked");
    }

    /// <summary>A recipe for a target whose products give integers alone, so that scores and masks are integers too.</summary>
    static Recipe BetweenProducts(Recipe recipe) => recipe with
    {
        Target = recipe.Target with { Rules = [.. recipe.Target.Rules.Select(rule => rule with { GivesFloats = false })] },
    };

    /// <summary>Two to four of the six places are masked.</summary>
    static MadeSamples Masked(float low, int count = 8) => new(count, index => new Dictionary<string, Tensor>
    {
        ["x"] = RandomTensors.Of(10 + index, 1, Length, Width),
        ["mask"] = Tensor.Of<float>([1, 1, Length], [.. Enumerable.Range(0, Length).Select(place => place < 4 - index % 3 ? 0 : low)]),
    });

    [Theory, InlineData(-10000f), InlineData(float.NegativeInfinity), InlineData(float.MinValue), InlineData(-100f)]
    public void A_mask_sets_no_range(float low)
    {
        var model = Quantizer.Prepare(new() { Graph = Attention(out _, out _), Source = "attention.onnx" });

        var result = Quantizer.Quantize(model, Masked(low), new() { Recipe = BetweenProducts(Recipes.Best) });

        result.Table.Ranges["masked"].Low.ShouldBeGreaterThan(-30);
        result.Table.Ranges["mask"].Low.ShouldBe(Math.Max(low, -128));
        // Without masks, the same network gives 37 dB.
        LayerComparison.Compare(result.Reference, result.Model.Simulate(),
            Masked(low)).Outputs.ShouldHaveSingleItem().SqnrDb.ShouldBeGreaterThan(25);
    }

    [Theory, InlineData("ti-simple", -10000f), InlineData("ti-advanced", float.NegativeInfinity)]
    public void A_mask_sets_no_range_of_TIs_calibration(string recipe, float low)
    {
        var model = Quantizer.Prepare(new() { Graph = Attention(out _, out _), Source = "attention.onnx" });

        var result = Quantizer.Quantize(model, Masked(low), new() { Recipe = Recipes.Find(recipe)! });

        result.Table.Ranges["masked"].Low.ShouldBeGreaterThan(-300);
        // With -10000 in its range, a step of the scores would be 128, and nothing would be left of them.
        LayerComparison.Compare(result.Reference, result.Model.Simulate(),
            Masked(low)).Outputs.ShouldHaveSingleItem().SqnrDb.ShouldBeGreaterThan(15);
    }

    [Fact]
    public void Values_that_something_else_reads_too_keep_all_elements()
    {
        var graph = Attention(out var mask, out var masked);
        graph.AddOutput(graph.Add("Relu", [masked], "other"));

        IgnoredElements.In(graph).Keys.ShouldBeEmpty();
        mask.Consumers.Count.ShouldBe(1);
    }

    [Fact]
    public void Masks_reach_a_softmax_through_choices_and_moves_too()
    {
        var graph = Attention(out var mask, out _, (graph, scores, mask) =>
        {
            var wide = graph.Add("Expand", [mask, graph.AddConstant("size", Tensor.Vector([1L, Length, Length]))], "wide");
            var summed = graph.Add("Add", [scores, wide], "summed");
            var isBad = graph.Add("Less", [summed, graph.AddConstant("limit", Tensor.Scalar(-50f))], "bad");
            return graph.Add("Where",
                [isBad, graph.AddConstant("low", Tensor.Scalar(float.NegativeInfinity)), graph.Add("Identity", [summed], "same")],
                "chosen");
        });

        IgnoredElements.In(graph).Keys.Select(value => value.Name).Order().ShouldBe(["chosen", "low", "same"]);
    }

    [Fact]
    public void Each_row_is_cut_below_its_own_largest_element_and_masked_rows_as_the_others()
    {
        var graph = new Graph { Name = "rows", Opsets = { [""] = 13 } };
        var x = graph.AddInput("x", DataType.Float32, new(3, 3));
        graph.AddOutput(graph.Add("Softmax", [x], "y", new() { { "axis", 1L } }));
        float[] rows = [5, -10000, 0, -90, -120, -95, -10000, float.NegativeInfinity, -9999];

        // 20 below 5 and −90; in the row that is masked as a whole, 20 below the largest of all.
        IgnoredElements.In(graph)[x].Raised(rows, [3, 3]).ToArray().ShouldBe([5, -15, 0, -90, -110, -95, -15, -15, -15]);
    }

    [Fact]
    public void A_number_that_is_none_is_told_where_it_first_arises()
    {
        var graph = new Graph { Name = "logarithm", Opsets = { [""] = 13 } };
        var x = graph.AddInput("x", DataType.Float32, new(1, 4));
        var logarithm = graph.Add("Log", [graph.Add("Relu", [x], "positive")], "logarithm");
        graph.AddOutput(
            graph.Add("MatMul", [graph.Add("Exp", [logarithm], "powers"), graph.AddConstant("w", RandomTensors.Of(1, 4, 4))], "product"));
        graph.AddOutput(
            graph.Add("MatMul", [graph.Add("Neg", [logarithm], "turned"), graph.AddConstant("v", RandomTensors.Of(2, 4, 4))], "other"));
        var model = Quantizer.Prepare(new() { Graph = graph, Source = "logarithm.onnx" });

        var message =
            Should.Throw<CalibrationException>(
                () => Quantizer.Quantize(model, MadeSamples.Of("x", [1, 4], [[1, 2, 3, 4], [1, 2, -3, 4]]))).Message;

        message.ShouldStartWith("Value 'turned', sample 'sample 1': a value of Infinity was seen");
        message.ShouldContain("Log logarithm is the first to give such a number: value 'logarithm' is -Infinity at [0, 2]");
        message.ShouldContain("exclude 'turned'");
    }

    [Fact]
    public void Samples_with_such_numbers_can_be_skipped_and_leave_no_trace()
    {
        var folder = MadeSamples.Of("x", [1, 4], [[1, 2, 3, 4], [9, 2, float.NaN, 4], [0, -1, 2, 3]]);
        var model = Quantizer.Prepare(new() { Graph = Product(), Source = "product.onnx" });
        var samples = new SkippingSampleSource(folder);

        var result = Quantizer.Quantize(model, samples);

        result.Table.Samples.ShouldBe(2);
        (result.Table.Ranges["x"].Low, result.Table.Ranges["x"].High).ShouldBe((-1f, 4f));
        samples.Skipped.ShouldHaveSingleItem().Reason.ShouldContain("the sample's input 'x' is NaN at [0, 2]");
    }

    [Fact]
    public void Constants_with_such_numbers_are_listed_before_anything_runs()
    {
        var graph = Product();
        graph.FindValue("w")!.Constant!.Floats[5] = float.NaN;
        var model = Quantizer.Prepare(new() { Graph = graph, Source = "product.onnx" });

        Should.Throw<CalibrationException>(() => Quantizer.Quantize(model, MadeSamples.Of("x", [1, 4], []))).Message.ShouldContain(
            "'w', weight of y, is NaN at [1, 1]");
    }

    static Graph Product()
    {
        var graph = new Graph { Name = "product", Opsets = { [""] = 13 } };
        graph.AddOutput(
            graph.Add("MatMul", [graph.AddInput("x", DataType.Float32, new(1, 4)), graph.AddConstant("w", RandomTensors.Of(1, 4, 4))],
                "y"));
        return graph;
    }

    [Fact]
    public void Inputs_and_constants_can_be_excluded_by_their_names()
    {
        var model = Quantizer.Prepare(new() { Graph = Attention(out _, out _), Source = "attention.onnx" });

        var plan = Planner.Plan(model.Graph, BetweenProducts(Recipes.Fast).Excluding(["mask", "y.w"]));

        plan.FloatNodes.Select(node => node.Output.Name).ShouldBe(["masked", "y"]);
        plan.Weights.Select(weight => weight.Weight.Name).ShouldBe(["keys.w", "queries.w"], ignoreOrder: true);
        plan.Groups.SelectMany(group => group.Values).Select(value => value.Name).ShouldNotContain("mask");
        Should.Throw<PlanException>(() => Planner.Plan(model.Graph, Recipes.Fast.Excluding(["masc"]))).Message.ShouldContain(
            "'masc' (did you mean 'mask'?)");
    }
}
